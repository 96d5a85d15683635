import Engines
import HTTP
import Site
import Values

/// The page of rankings, complete without a script, and the stream that keeps it true.
extension RankingHandlers {
    /// `GET /rankings`
    func rankingsPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        var page = RankingsPage(
            language: language(request),
            concerts: await read { () throws(StoreError) in try await concertRankings.shown() },
            popular: await read { () throws(StoreError) in try await popularLists.shown() }
        )
        page.fraction = sellouts.fraction
        if let concerts = page.concerts, !concerts.isEmpty {
            let titles = await read { () throws(StoreError) in
                try await self.titles(Set(concerts.map(\.concert)))
            }
            page.titles = titles ?? [:]
        }
        page.traced = await traced(request)
        return .page(200, page.render())
    }

    /// Whose rank over time is asked for: `?board=concerts&member=PERFORMANCE`.
    private func traced(_ request: HTTPRequest) async -> RankingsPage.Traced? {
        guard let list = request.query("board").flatMap(RankingsPage.List.init),
            let member = request.query("member").flatMap(MemberID.init)
        else { return nil }
        let board: BoardID = list == .concerts ? .concerts : .products
        let history = await read { () throws(StoreError) in
            try await boardBook.history(of: member, BoardQuery(board))
        }
        var traced = RankingsPage.Traced(list: list, member: member.raw)
        switch history {
        case .success(let points): traced.points = points
        // A board without lists has no ranks.
        case .failure: traced.points = []
        case nil: traced.points = nil
        }
        return traced
    }

    /// `GET /api/v1/rankings/events`
    func rankingEvents(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let client = limits.streamClient(request)
        return .events(try await liveRankings.open(for: client))
    }

    /// Nil while it cannot be read: the page says so, and shows the rest.
    private func read<Value>(_ body: () async throws(StoreError) -> Value) async -> Value? {
        do throws(StoreError) {
            return try await body()
        } catch {
            return nil
        }
    }
}

extension ConcertRankings {
    /// What the page shows.
    nonisolated func shown() async throws(StoreError) -> [SelloutEntry] {
        let list = try await value(ConcertRanking())
        return Array((list?.entries ?? []).prefix(ConcertRanking.limit))
    }
}

extension PopularLists {
    /// What the page shows.
    nonisolated func shown() async throws(StoreError) -> PopularList {
        var list = try await value(PopularList.daysUsual)
        list.products = Array(list.products.prefix(PopularList.entriesUsual))
        return list
    }
}
