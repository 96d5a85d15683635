import JSON

/// What is known of the sale before the first visitor comes.
struct SaleTerms: Equatable, Sendable {
    var performance: String
    /// nil: everybody may hold seats.
    var room: String?
    /// Points for a seat.
    var price: Int
    var seats: Int
    /// Seats that one user may have.
    var limit: Int
    var soldBefore = 0

    var hasRoom: Bool { room != nil }
}

/// Finds the performance in the listings of the concerts, and looks at its seats before the first
/// visitor comes.
struct SaleSearch {
    static let concertsMax = 1_000

    private let caller: PatientClient
    private let addresses: ShopAddresses
    private let performance: String
    private let options: RehearsalOptions

    init(
        _ caller: PatientClient,
        _ performance: String,
        _ options: RehearsalOptions,
        adminKey: String?
    ) {
        (self.caller, self.performance, self.options) = (caller, performance, options)
        addresses = ShopAddresses(url: options.url, performance: performance, adminKey: adminKey)
    }

    func run() async throws(SetupProblem) -> SaleTerms {
        var seen = 0
        var lastConcert: String?
        while seen < Self.concertsMax {
            let list = try await page(addresses.concerts(after: lastConcert), "the concerts")
            for concert in list {
                guard let id = concert.string("concert") else { continue }
                if let entry = try await entry(in: id) { return try await terms(entry) }
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
        try await caller.require(request, "reading " + what) {
            (try? JSONValue.parse($0.body))?.array
        }
    }

    private func terms(_ entry: JSONValue) async throws(SetupProblem) -> SaleTerms {
        let limit = try await limit()
        let look = addresses.request(.look, user: options.user(0))
        let view = try await caller.require(look, "reading the seats") { SeatView($0.body) }
        let room = entry.string("room")
        if let asked = options.room, room != asked {
            let found = room.map { "the room \($0)" } ?? "no room"
            throw SetupProblem(line: "\(performance) has \(found), and --room says \(asked)")
        }
        return SaleTerms(
            performance: performance,
            room: room,
            price: view.price,
            seats: view.states.count,
            limit: limit,
            soldBefore: view.sold
        )
    }

    /// As it was asked for, else as the operator is told, else the contract's default.
    private func limit() async throws(SetupProblem) -> Int {
        guard addresses.isOperators else { return options.maxSeats ?? BuyerPlan.seatsMaxDefault }
        let request = addresses.write(holdSeconds: options.holdSeconds)
        let limit = try await caller.require(request, "setting the performance") {
            $0.object?.whole("maxSeatsPerUser")
        }
        return options.maxSeats ?? limit
    }
}
