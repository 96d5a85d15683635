internal import EventLoop
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
        let concerts = await caller.answer(addresses.concerts)
        guard concerts.status == 200, let list = try? JSONValue.parse(concerts.body).array else {
            return .failure(SetupProblem("reading the concerts", concerts))
        }
        for concert in list.prefix(Self.concertsMax) {
            guard let id = concert["concert"]?.string else { continue }
            let answer = await caller.answer(addresses.performances(of: id))
            guard answer.status == 200, let all = try? JSONValue.parse(answer.body).array else {
                return .failure(SetupProblem("reading the concert \(id)", answer))
            }
            guard let entry = all.first(where: { $0["performance"]?.string == performance }) else {
                continue
            }
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
                Found(
                    performance: performance,
                    room: entry["room"]?.string,
                    view: view,
                    limit: limit
                )
            )
        }
        return .failure(SetupProblem(line: "no concert has the performance \(performance)"))
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
