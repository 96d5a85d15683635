import Capability
import Engines
import Ledger
import Redis
import Site

extension CouponHandlers: Capability {
    package static let scripts = CouponScripts().all
    package static let checks = LedgerCheck.coupons
    package static let counted: [Counts.Kind] = [.claimed]

    package convenience init(in house: House) {
        let ledger = CouponLedger(house.database)
        let store = CouponStore(
            redis: house.redis,
            ledger: ledger,
            names: CouponDirectory(ledger: ledger, on: house.loop),
            committed: house.committed,
            retainMs: house.household.retainMs,
            on: house.loop
        )
        self.init(site: house.site, coupons: store)
    }

    package func start() async { await coupons.start() }

    package var consumers: [OutboxConsumer] { [.coupons(coupons)] }

    package static func audit(_ engines: AuditEngines) async -> [AuditLine] {
        let audit = CouponAudit(
            ledger: CouponLedger(engines.database),
            redis: engines.redis,
            repairs: engines.repairs,
            retainMs: engines.retainMs,
            on: engines.loop
        )
        return await audit.audit()
    }
}

extension Counts.Kind {
    static let claimed = Counts.Kind("claimed")
}
