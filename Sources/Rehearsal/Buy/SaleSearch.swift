import JSON

/// Finds the performance in the listings of the concerts, and looks at its seats before the first
/// visitor comes.
struct SaleSearch {
    static let concertsMax = 1_000

    /// The sale as the public API shows it.
    struct Listing: Equatable, Sendable {
        var performance: String
        /// nil: everybody may hold seats.
        var room: String?
        var view: SeatView
        var limit: Int
    }

    let caller: PatientClient
    let addresses: ShopAddresses
    let performance: String
    let options: RehearsalOptions

    func run() async throws(SetupProblem) -> Listing {
        var seen = 0
        var lastConcert: String?
        while seen < Self.concertsMax {
            let list = try await page(addresses.concerts(after: lastConcert), "the concerts")
            for concert in list {
                guard let id = concert.string("concert") else { continue }
                if let entry = try await entry(in: id) { return try await listing(entry) }
                lastConcert = id
            }
            seen += list.count
            if list.count < ShopAddresses.pageEntries { break }
        }
        throw SetupProblem(line: "no concert has the performance \(performance)")
    }

    /// The performance in a concert's listings; nil: it has another, or none.
    private func entry(in concert: String) async throws(SetupProblem) -> JSONValue? {
        var last: String?
        while true {
            let request = addresses.performances(of: concert, after: last)
            let all = try await page(request, "the concert \(concert)")
            if let entry = all.first(where: { $0.string("performance") == performance }) {
                return entry
            }
            guard all.count == ShopAddresses.pageEntries,
                let next = all.last?.string("performance"), next != last
            else { return nil }
            last = next
        }
    }

    private func page(
        _ request: Request,
        _ what: String
    ) async throws(SetupProblem) -> [JSONValue] {
        let answer = try await caller.require(request, "reading " + what)
        guard let list = (try? JSONValue.parse(answer.body))?.array else {
            throw SetupProblem("reading " + what, answer)
        }
        return list
    }

    private func listing(_ entry: JSONValue) async throws(SetupProblem) -> Listing {
        let limit = try await limit()
        let look = addresses.request(.look, user: options.user(0))
        let map = try await caller.require(look, "reading the seats")
        guard let view = SeatView(map.body) else { throw SetupProblem("reading the seats", map) }
        return Listing(
            performance: performance,
            room: entry.string("room"),
            view: view,
            limit: limit
        )
    }

    /// As it was asked for, else as the operator is told, else the contract's default.
    private func limit() async throws(SetupProblem) -> Int {
        guard addresses.isOperators else { return options.maxSeats ?? BuyerPlan.seatsMaxDefault }
        let request = addresses.write(holdSeconds: options.holdSeconds)
        let doing = "setting the performance"
        let written = try await caller.require(request, doing)
        guard let limit = written.object?.whole("maxSeatsPerUser") else {
            throw SetupProblem(doing, written)
        }
        return options.maxSeats ?? limit
    }
}
