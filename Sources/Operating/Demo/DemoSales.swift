import Engines
import EventLoop
import Ledger
import Payments
import Points
import Seats
import Shop
import Values

/// The sales of `--demo`: synthetic visitors buy seats of a second concert, each evening at a pace
/// of its own, and some things in the shop, so that a newcomer sees rankings move. They leave half
/// of the shop and a third of the largest evening to people, and stop then, also after restarts.
actor DemoSales: OnLoop {
    private let stores: DemoStores
    nonisolated let loop: EventLoop
    private var rounds: Rounds?
    private var evenings: [Evening] = []
    private var orderDueMs: Int64 = 0
    private var names = 0

    /// One performance, sold two seats side by side at a time.
    private struct Evening {
        var id: PerformanceID
        /// The next that is tried.
        var seat: Int
        var lastSeat: Int
        var pauseMs: Int64
        var dueMs: Int64 = 0
    }

    static let concertName = "demo-club"
    private static let price: Int64 = 30_000
    /// Sold out in seconds, in two minutes, and in a quarter of an hour never quite.
    private static let plan: [(name: String, seats: Int, sold: Int, pauseMs: Int64)] = [
        ("demo-matinee", 24, 24, 500), ("demo-club", 100, 100, 2_500),
        ("demo-arena", 600, 400, 4_000),
    ]
    /// Between two orders: half of the shop takes some twenty minutes.
    private static let orderPauseMs: ClosedRange<Int64> = 1_000...5_000
    /// While no engine answers.
    private static let retryMs: Int64 = 1_000

    init(_ stores: DemoStores, on loop: EventLoop) {
        self.stores = stores
        self.loop = loop
    }

    func start() async {
        let rounds = Rounds(everyMs: 250, on: loop) { [weak self] in await self?.move() }
        self.rounds = rounds
        await rounds.start(afterMs: 0)
    }

    func stop() async { await rounds?.stop() }

    private var nowMs: Int64 { Int64(loop.clock.monotonicNs() / 1_000_000) }

    /// Away from Redis or the ledger it waits like everybody.
    private func move() async {
        do {
            if evenings.isEmpty { try await open() }
            for index in evenings.indices where evenings[index].dueMs <= nowMs {
                try await buy(index)
            }
            if orderDueMs <= nowMs { try await order() }
        } catch {
            orderDueMs = nowMs + Self.retryMs
            for index in evenings.indices { evenings[index].dueMs = nowMs + Self.retryMs }
        }
    }

    // MARK: Seats

    /// Makes what is not there, and looks how far each evening has come.
    private func open() async throws(StoreError) {
        guard let concert = ConcertID(Self.concertName) else { return }
        var known = try await stores.concerts.performances(of: concert)?.entries ?? []
        if known.isEmpty {
            try await stores.concerts.put(Concert(id: concert, title: "Club nights"))
            for (day, evening) in Self.plan.enumerated() {
                try await open(evening.name, of: concert, seats: evening.seats, day: 31 + day)
            }
            known = try await stores.concerts.performances(of: concert)?.entries ?? []
        }
        evenings = Self.plan.compactMap { evening in
            known.first { $0.performance.id.raw == evening.name }.map { listing in
                Evening(
                    id: listing.performance.id,
                    seat: listing.performance.seats - listing.available + 1,
                    lastSeat: min(evening.sold, listing.performance.seats),
                    pauseMs: evening.pauseMs
                )
            }
        }
    }

    private func open(_ name: String, of concert: ConcertID, seats: Int, day: Int)
        async throws(StoreError)
    {
        guard let id = PerformanceID(name) else { return }
        let date = Timestamp(milliseconds: loop.clock.wallMs() + Int64(day) * 86_400_000)
        var change = PerformanceChange()
        change.concert = concert
        change.date = String(date.description.prefix(10))
        change.seats = seats
        change.price = Self.price
        _ = try await stores.concerts.put(change, of: id)
    }

    /// Two seats, or what is left of them; those that somebody else has are passed over.
    private func buy(_ index: Int) async throws(StoreError) {
        let evening = evenings[index]
        guard evening.seat <= evening.lastSeat else { return }
        let seats = Array(evening.seat...min(evening.seat + 1, evening.lastSeat))
        evenings[index].seat += seats.count
        evenings[index].dueMs = nowMs + evening.pauseMs
        let buyer = newcomer()
        guard case .held(let hold) = try await stores.seats.hold(seats, of: evening.id, for: buyer),
            try await charge(hold.amount, buyer)
        else { return }
        _ = try await stores.payments.pay(hold.token, by: attempt(buyer, "pay"))
    }

    // MARK: The shop

    /// One or two of something of which more than half is left.
    private func order() async throws(StoreError) {
        orderDueMs = nowMs + Int64.random(in: Self.orderPauseMs)
        let plenty = try await stores.shop.products().entries.filter { product in
            let made = DemoShop.products.first { $0.id == product.id.raw }
            return made.map { product.stock > $0.stock / 2 } ?? false
        }
        // What there is more of sells more.
        let all = plenty.reduce(0) { $0 + $1.stock }
        guard all > 0 else { return }
        var mark = Int64.random(in: 0..<all)
        for product in plenty {
            mark -= product.stock
            guard mark < 0 else { continue }
            let line = OrderLine(product: product.id, quantity: Int64.random(in: 1...2))
            let buyer = newcomer()
            guard try await charge(product.price * line.quantity, buyer) else { return }
            _ = try await stores.shop.order([line], coupon: nil, by: attempt(buyer, "order"))
            return
        }
    }

    // MARK: Buyers

    private func newcomer() -> UserID {
        names += 1
        guard let user = UserID("demo-\(loop.clock.wallMs())-buyer-\(names)") else {
            preconditionFailure("a name of the alphabet")
        }
        return user
    }

    /// False: it would be too much; what is for sale was changed.
    private func charge(_ amount: Int64, _ buyer: UserID) async throws(StoreError) -> Bool {
        guard amount > 0 else { return true }
        if case .done = try await stores.points.charge(amount, by: attempt(buyer, "charge")) {
            return true
        }
        return false
    }

    /// Each key is used once: nothing else is asked with it.
    private func attempt(_ buyer: UserID, _ key: String) -> Attempt {
        Attempt(user: buyer, key: key, fingerprint: key)
    }
}
