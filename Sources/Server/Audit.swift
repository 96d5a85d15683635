import Coupons
import Engines
import Ledger
import Points
import Rankings
import Rooms
import Seats
import Shop

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
        let scripts =
            RoomAudit.scripts + SeatScripts().all + CouponScripts().all + BoardScripts().all
        return await Beside.run(
            usage,
            arguments,
            environment: environment,
            switches: [repair],
            scripts: scripts
        ) { engines, _ in
            let lines = await lines(engines, repairs: engines.switches.contains(repair.name))
            for line in lines { print(text(line)) }
            if lines.contains(where: { $0.finding == .broken || $0.finding == .failed }) {
                return ExitCode.failure
            }
            return lines.contains { $0.finding == .mended } ? mended : 0
        }
    }

    /// What must hold in the ledger at any instant. Each check reads one snapshot.
    private static let checks =
        LedgerCheck.seats + LedgerCheck.points + LedgerCheck.outbox + LedgerCheck.shop
        + LedgerCheck.coupons + LedgerCheck.rankings + LedgerCheck.lanes

    private static func lines(_ engines: Beside, repairs: Bool) async -> [AuditLine] {
        let (database, redis, loop) = (engines.database, engines.redis, engines.loop)
        let seats = SeatAudit(
            ledger: SeatLedger(database),
            redis: redis,
            repairs: repairs,
            retainMs: engines.retainMs,
            on: loop
        )
        let coupons = CouponAudit(
            ledger: CouponLedger(database),
            redis: redis,
            repairs: repairs,
            retainMs: engines.retainMs,
            on: loop
        )
        let boards = BoardAudit(
            ledger: RankingLedger(database),
            redis: redis,
            repairs: repairs,
            retainMs: engines.retainMs,
            on: loop
        )
        return await LedgerAudit(database).lines(checks) + seats.audit() + coupons.audit()
            + boards.audit()
            + [DrawAudit(database).audit()] + RoomAudit(redis: redis).audit()
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
