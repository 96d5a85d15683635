import JSON

/// Finds the performance in the listings of the concerts, and looks at its seats before the first
/// visitor comes.
struct SaleSearch {
    /// Concerts that are looked through.
    static let concertsMax = 1_000

    /// The sale as the public API shows it.
    struct Found: Equatable, Sendable {
        var performance: String
        /// nil: everybody may hold seats.
        var room: String?
        var view: SeatView
        /// Seats that one user may have.
        var limit: Int
    }

    let caller: PatientClient
    let addresses: ShopAddresses
    let performance: String
    let options: RehearsalOptions
    let adminKey: String?

    func run() async -> Result<Found, SetupProblem> {
        var seen = 0
        var lastConcert: String?
        while seen < Self.concertsMax {
            let concerts = await caller.answer(addresses.concerts(after: lastConcert))
            guard concerts.status == 200, let list = try? JSONValue.parse(concerts.body).array
            else { return .failure(SetupProblem("reading the concerts", concerts)) }
            for concert in list {
                guard let id = concert["concert"]?.string else { continue }
                switch await entry(in: id) {
                case .failure(let problem): return .failure(problem)
                case .success(let entry?): return await found(entry)
                case .success(nil): lastConcert = id
                }
            }
            seen += list.count
            if list.count < ShopAddresses.pageEntries { break }
        }
        return .failure(SetupProblem(line: "no concert has the performance \(performance)"))
    }

    /// The performance in a concert's listings; nil: it has another, or none.
    private func entry(in concert: String) async -> Result<JSONValue?, SetupProblem> {
        var last: String?
        while true {
            let answer = await caller.answer(addresses.performances(of: concert, after: last))
            guard answer.status == 200, let all = try? JSONValue.parse(answer.body).array else {
                return .failure(SetupProblem("reading the concert \(concert)", answer))
            }
            if let entry = all.first(where: { $0["performance"]?.string == performance }) {
                return .success(entry)
            }
            guard all.count == ShopAddresses.pageEntries,
                let next = all.last?["performance"]?.string, next != last
            else { return .success(nil) }
            last = next
        }
    }

    private func found(_ entry: JSONValue) async -> Result<Found, SetupProblem> {
        let limit: Int
        switch await self.limit() {
        case .failure(let problem): return .failure(problem)
        case .success(let found): limit = found
        }
        let map = await caller.answer(addresses.request(.look, user: options.user(0)))
        guard map.status == 200, let view = SeatView(map.body) else {
            return .failure(SetupProblem("reading the seats", map))
        }
        return .success(
            Found(performance: performance, room: entry["room"]?.string, view: view, limit: limit)
        )
    }

    /// As it was asked for, else as the operator is told, else the contract's default.
    private func limit() async -> Result<Int, SetupProblem> {
        guard let adminKey else {
            return .success(options.maxSeats ?? BuyerPlan.seatsMaxDefault)
        }
        let request = addresses.write(holdSeconds: options.holdSeconds, adminKey: adminKey)
        let written = await caller.answer(request)
        guard written.status == 200, let limit = JSONFields(written.body)?.whole("maxSeatsPerUser")
        else { return .failure(SetupProblem("setting the performance", written)) }
        return .success(options.maxSeats ?? limit)
    }
}
