import Capability
import Engines
import Ledger
import Redis
import Site

extension CouponHandlers: Capability {
    package static let scripts = CouponScripts().all
    package static let checks = LedgerCheck.coupons
    package static let counted: [Counts.Kind] = [.claimed]

    package convenience init(in context: LoopContext) {
        let ledger = CouponLedger(context.database)
        let store = CouponStore(
            redis: context.redis,
            ledger: ledger,
            names: CouponDirectory(ledger: ledger, on: context.loop),
            committed: context.committed,
            retainMs: context.process.retainMs,
            on: context.loop
        )
        self.init(site: context.site, coupons: store)
    }

    package func start() async { await coupons.start() }

    package var consumers: [OutboxConsumer] { [.coupons(coupons)] }

    package static func audit(_ engines: AuditEngines) async -> [AuditLine] {
        await CouponAudit(engines).audit()
    }
}

extension Counts.Kind {
    static let claimed = Counts.Kind("claimed")
}
