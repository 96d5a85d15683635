import Capability
import Engines
import EventLoop
import HTTP
import Ledger
import Site
import Values

/// Boards, rankings and their page over HTTP.
package final class RankingHandlers: Handlers {
    package let site: Site
    let boards: BoardStore
    let boardBook: BoardBook
    let boardPages: BoardPages
    let sellouts: SelloutLists
    /// The process's: who waits until what was committed is on the boards.
    let relay: OutboxRelay
    let titles: Titles.Read
    let clock: RankingClock
    let popularRounds: Rounds
    let popularLists: PopularLists
    let concertRankings: ConcertRankings
    let liveRankings: LiveRankings

    /// The page shows `titles`; concerts are not this capability's.
    init(
        site: Site,
        boards: BoardStore,
        boardBook: BoardBook,
        popular: PopularStore,
        sellouts: SelloutLists,
        clock: RankingClock,
        relay: OutboxRelay,
        titles: @escaping Titles.Read
    ) {
        self.site = site
        self.boards = boards
        self.boardBook = boardBook
        self.clock = clock
        popularRounds = .popular(popular, on: site.loop)
        self.sellouts = sellouts
        self.relay = relay
        self.titles = titles
        let loop = site.loop
        boardPages = BoardPages(reading: boardBook, on: loop)
        let concertRankings = ConcertRankings(reading: sellouts, on: loop)
        let popularLists = PopularLists(reading: popular, on: loop)
        self.concertRankings = concertRankings
        self.popularLists = popularLists
        liveRankings = LiveRankings(on: loop) {
            do throws(StoreError) {
                return RankingLists(
                    concerts: try await concertRankings.shown(),
                    popular: try await popularLists.shown()
                )
            } catch {
                return nil
            }
        }
    }
}

extension RankingHandlers {
    /// Every path that it answers.
    package static let table: [Route<RankingHandlers>] = [
        // Programs
        Route(.get, "/api/v1/products/popular") { $0.popularProducts },
        Route(.get, "/api/v1/concerts/ranking") { $0.concertRanking },
        Route(.get, "/api/v1/boards/{board}") { $0.board }.counted(as: .list),
        Route(.get, "/api/v1/boards/{board}/members/{member}") { $0.boardMember }
            .counted(as: .list),
        Route(.get, "/api/v1/boards/{board}/members/{member}/history") { $0.boardHistory }
            .counted(as: .list),
        Route(.get, "/api/v1/rankings/events") { $0.rankingEvents },

        // The operator
        Route(.put, "/admin/v1/boards/{board}") { $0.putBoard },
        Route(.get, "/admin/v1/boards/{board}") { $0.adminBoard },
        Route(.post, "/admin/v1/boards/{board}/scores") { $0.changeScore },

        // Pages
        Route(.get, "/rankings") { $0.rankingsPage },
    ]
    package static let openAPI: String? = "Rankings/openapi.json"

    package static var assets: [PageAsset] { PageAsset.ofRankings }
}
