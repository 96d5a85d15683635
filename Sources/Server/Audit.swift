import Redis
import Store

/// `onsale audit`: every promise on live data, a line each.
enum Audit {
    private static let usage = """
        onsale audit: hold every promise against live data, a line each

        Also beside a running server; it changes nothing that was decided, but seats, coupons and
        boards that Redis has lost are loaded, and holds that are over end. A promise whose engine
        is away is not checked and says so. Exit code 1 if a promise is broken, 0 if none is.
        """

    static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        let scripts =
            RoomAudit.scripts + SeatScripts().all + CouponScripts().all + BoardScripts().all
        return await Beside.run(usage, arguments, environment: environment, scripts: scripts) {
            engines,
            _ in
            let (ledger, redis, loop) = (engines.ledger, engines.redis, engines.loop)
            let lines =
                await ledger.audit() + [SeatAudit(ledger: ledger, redis: redis, on: loop).audit()]
                + [CouponAudit(ledger: ledger, redis: redis, on: loop).audit()]
                + BoardAudit(ledger: ledger, redis: redis, on: loop).audit()
                + [DrawAudit(engines.database).audit()] + RoomAudit(redis: redis).audit()
            for line in lines { print(text(line)) }
            return lines.contains { $0.finding == .broken } ? ExitCode.failure : 0
        }
    }

    private static func text(_ line: AuditLine) -> String {
        let mark =
            switch line.finding {
            case .kept: "ok          "
            case .broken: "BROKEN      "
            case .notChecked: "not checked "
            }
        return "\(mark)\(line.promise): \(line.detail)"
    }
}
