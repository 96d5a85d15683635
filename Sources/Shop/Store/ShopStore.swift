import Coupons
import Engines
import EventLoop
import Ledger
import Payments
import Points
import Values

/// Products and orders as one loop sees them.
package actor ShopStore: OnLoop {
    package nonisolated let loop: EventLoop
    let ledger: ShopLedger
    let attempts: Attempts
    let cancels: Cancels
    let coupons: CouponDirectory
    /// Told after every commit that wrote into the outbox.
    let committed: @Sendable () -> Void
    let products: Directory<ProductID, Product>
    let productList: Reads<PageRequest, ListPage<Product>>

    init(
        ledger: ShopLedger,
        attempts: Attempts,
        coupons: CouponDirectory,
        committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.ledger = ledger
        self.attempts = attempts
        cancels = Cancels(points: PointLedger(ledger.database), attempts: attempts)
        self.coupons = coupons
        self.committed = committed
        products = Directory(directoryOn: loop) { id throws(StoreError) in
            try await ledger.product(id)
        }
        productList = Reads(askedOf: loop) { page throws(StoreError) in
            try await ledger.products(page)
        }
    }

    var nowMs: Int64 { loop.clock.wallMs() }
}
