import Engines
import HTTP
import Rooms
import Site
import Values

/// Concerts, performances and their seats over HTTP.
package final class SeatHandlers: Handlers {
    /// Points of a user.
    typealias Balance = @Sendable (UserID) async throws(StoreError) -> Int64

    package let site: Site
    /// The lines in front of the sales.
    let rooms: RoomHandlers
    package let concertStore: ConcertStore
    package let seatStore: SeatStore
    package let ledger: SeatLedger
    let balance: Balance
    let seatMaps: SeatMaps
    /// Maps for pages of people who have nothing yet.
    let strangerMaps: Reads<PerformanceID, SeatMap?>

    /// The page tells `balance` to whoever holds seats; points are not this capability's.
    init(
        site: Site,
        rooms: RoomHandlers,
        concertStore: ConcertStore,
        seatStore: SeatStore,
        ledger: SeatLedger,
        balance: @escaping Balance
    ) {
        self.site = site
        self.rooms = rooms
        self.concertStore = concertStore
        self.seatStore = seatStore
        self.ledger = ledger
        self.balance = balance
        seatMaps = SeatMaps(on: site.loop) { id, version async throws(StoreError) in
            try await seatStore.map(id, knownVersion: version)
        }
        strangerMaps = .secondOld(
            on: site.loop,
            size: { 1 + ($0?.states.count ?? 0) }
        ) { id async throws(StoreError) in
            guard case .map(let map) = try await seatStore.map(id, knownVersion: nil) else {
                return nil
            }
            return map
        }
    }
}

extension SeatHandlers {
    /// Every path that it answers.
    package static let table: [Route<SeatHandlers>] = [
        // Programs
        Route(.get, "/api/v1/concerts") { $0.concerts }.counted(as: .list),
        Route(.get, "/api/v1/concerts/{concert}/performances") { $0.performances }
            .counted(as: .list),
        Route(.get, "/api/v1/performances/{performance}/seats") { $0.seats },
        Route(.post, "/api/v1/performances/{performance}/holds") { $0.hold },
        Route(.delete, "/api/v1/holds/{hold}") { $0.release }.hidingPath(),

        // The operator
        Route(.put, "/admin/v1/concerts/{concert}") { $0.putConcert },
        Route(.get, "/admin/v1/concerts/{concert}") { $0.adminConcert },
        Route(.put, "/admin/v1/performances/{performance}") { $0.putPerformance },
        Route(.get, "/admin/v1/performances/{performance}") { $0.adminPerformance },

        // Pages
        Route(.get, "/performances/{performance}") { $0.seatPage },
        Route(.post, "/performances/{performance}/hold") { $0.holdForm },
        Route(.post, "/performances/{performance}/give-back") { $0.giveBackForm },
    ]
    package static let openAPI: String? = "Seats/openapi.json"

    package static var assets: [PageAsset] { PageAsset.ofSeats }
}
