import Capability
import Engines
import Ledger
import Operating

/// `onsale audit`: every promise on live data, a line each.
enum Audit {
    private static let usage = """
        onsale audit [--repair]: hold every promise against live data, a line each

        Runs beside a server too. Without --repair it changes nothing. A promise whose engine is
        away is not checked and says so; one that cannot be checked for another reason has FAILED.
        What Redis has lost is no break: the next request loads it.
        Flags of onsale serve that mean nothing here are taken and ignored.

        Exit code  0  nothing is broken
                   1  a promise is broken, a check failed, or the audit could not begin:
                      no ledger of this version is there
                   2  with --repair: something was broken, and all of it is mended
                   64 a bad flag
        """

    private static let repair = Flags.Known(
        name: "repair",
        value: nil,
        help: "load what is wrong in Redis from the ledger: seats, stock of rooms, coupons,\n"
            + "boards; the ledger itself is never changed"
    )

    /// All that was broken is mended.
    private static let mended: Int32 = 2

    static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        return await Beside.run(
            usage,
            arguments,
            environment: environment,
            switches: [repair],
            scripts: Capabilities.all.flatMap { $0.scripts }
        ) { engines, _ in
            let lines = await lines(engines, repairs: engines.switches.contains(repair.name))
            for line in lines { print(text(line)) }
            if lines.contains(where: { $0.finding == .broken || $0.finding == .failed }) {
                return ExitCode.failure
            }
            return lines.contains { $0.finding == .mended } ? mended : 0
        }
    }

    /// The ledger's promises first: each check reads one snapshot.
    private static func lines(_ engines: Beside, repairs: Bool) async -> [AuditLine] {
        let audited = AuditEngines(
            database: engines.database,
            redis: engines.redis,
            repairs: repairs,
            retainMs: engines.retainMs,
            on: engines.loop
        )
        let checks = Capabilities.all.flatMap { $0.checks }
        var lines = await LedgerAudit(engines.database).lines(checks)
        for capability in Capabilities.all {
            let found = await capability.audit(audited)
            lines += found
        }
        return lines
    }

    private static func text(_ line: AuditLine) -> String {
        let mark =
            switch line.finding {
            case .kept: "ok          "
            case .broken: "BROKEN      "
            case .mended: "mended      "
            case .notChecked: "not checked "
            case .failed: "FAILED      "
            }
        return "\(mark)\(line.promise): \(line.detail)"
    }
}
