import Coupons
import Engines
import EventLoop
import Shop
import Values

/// The shop of `--demo`: some products, and a coupon of which synthetic visitors claim some, so
/// that a newcomer sees the number of those left go down. What is there already stays as it is.
actor DemoShop: OnLoop {
    private let stores: DemoStores
    nonisolated let loop: EventLoop
    private var rounds: Rounds?
    private var isStocked = false
    private var dueMs: Int64 = 0

    static let couponName = "demo"
    private static let quantity: Int64 = 1_000
    private static let percent: Int64 = 20
    /// Issued, to whomever, when the synthetic visitors stop: the rest is for people, also after
    /// many restarts.
    private static let issuedMax: Int64 = 200
    /// Between two claims: 200 take about a quarter of an hour.
    private static let pauseMs: ClosedRange<Int64> = 2_000...7_000
    static let products: [(id: String, name: String, price: Int64, stock: Int64)] = [
        ("enamel-pin", "Enamel pin", 9_000, 500),
        ("light-stick", "Light stick", 45_000, 120),
        ("photo-book", "Photo book", 28_000, 80),
        ("poster", "Signed poster", 60_000, 10),
        ("t-shirt", "Tour T-shirt", 35_000, 300),
    ]

    init(_ stores: DemoStores, on loop: EventLoop) {
        self.stores = stores
        self.loop = loop
    }

    func start() async {
        let rounds = Rounds(everyMs: 500, on: loop) { [weak self] in await self?.move() }
        self.rounds = rounds
        await rounds.start(afterMs: 0)
    }

    func stop() async { await rounds?.stop() }

    private var nowMs: Int64 { Int64(loop.clock.monotonicNs() / 1_000_000) }

    /// Away from Redis or the ledger it waits like everybody.
    private func move() async {
        guard dueMs <= nowMs, let coupon = CouponID(Self.couponName) else { return }
        do {
            if !isStocked {
                try await stock()
                try await open(coupon)
                isStocked = true
            }
            if try await !claim(coupon) { await stop() }
            dueMs = nowMs + Int64.random(in: Self.pauseMs)
        } catch {
            dueMs = nowMs + 1_000
        }
    }

    private func stock() async throws(StoreError) {
        for (name, title, price, stock) in Self.products {
            guard let id = ProductID(name), try await stores.shop.product(id) == nil else {
                continue
            }
            var change = ProductChange()
            change.name = title
            change.price = price
            change.stock = stock
            _ = try await stores.shop.put(change, of: id)
        }
    }

    private func open(_ id: CouponID) async throws(StoreError) {
        guard try await stores.coupons.standing(id) == nil else { return }
        var change = CouponChange()
        change.name = "Welcome coupon"
        change.quantity = Self.quantity
        change.discount = .percent(Self.percent)
        _ = try await stores.coupons.put(change, of: id)
    }

    /// Claims one for a new visitor. False: enough are issued, or none can be had.
    private func claim(_ coupon: CouponID) async throws(StoreError) -> Bool {
        guard let (standing, _) = try await stores.coupons.standing(coupon),
            standing.issued < min(Self.issuedMax, standing.coupon.quantity / 2),
            let user = UserID("demo-\(loop.clock.wallMs())")
        else { return false }
        if case .issued = try await stores.coupons.claim(coupon, for: user) { return true }
        return false
    }
}
