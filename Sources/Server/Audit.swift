import EventLoop
import Glibc
import Redis
import SQL
import Store

/// `onsale audit`: every promise on live data, a line each.
enum Audit {
    private static let names: Set<String> = [
        "redis", "ledger", "data", "ticket-key-file", "help",
    ]
    private static var known: [Flags.Known] {
        Configuration.flags.filter { names.contains($0.name) }
    }
    private static let usage = """
        onsale audit: hold every promise against live data, a line each

        Also beside a running server; it changes nothing that was decided, but seats and coupons
        that Redis has lost are loaded, and holds that are over end. A promise whose engine is away
        is not checked and says so. Exit code 1 if a promise is broken, 0 if none is.
        """
    /// How long it waits for an engine to answer.
    private static let patienceMs = 2_000

    static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        let configuration: Configuration
        do {
            let flags = try Flags(arguments, environment: environment, known: known)
            if try flags.isOn("help") {
                print(Flags.help(usage, known))
                return 0
            }
            configuration = try Configuration(flags, cores: 1)
        } catch {
            printToStandardError("onsale: \(error.line)")
            return ExitCode.usage
        }
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop.start()
        return await Task(executorPreference: loop) {
            do throws(StartError) {
                return try await audit(configuration, on: loop)
            } catch {
                printToStandardError("onsale: \(error.line)")
                return ExitCode.failure
            }
        }.value
    }

    private static func audit(_ configuration: Configuration, on loop: EventLoop)
        async throws(StartError) -> Int32
    {
        let database = try await OpenLedger.readOnly(configuration, on: loop)
        let ledger = SaleLedger(database)
        let redis = RedisConnection(
            endpoint(configuration, on: loop),
            scripts: RoomAudit.scripts + SeatScripts().all + CouponScripts().all,
            on: loop
        )
        await redis.start()
        _ = await redis.whenConnected(timeoutMs: patienceMs)
        let lines =
            await ledger.audit() + [SeatAudit(ledger: ledger, redis: redis, on: loop).audit()]
            + [CouponAudit(ledger: ledger, redis: redis, on: loop).audit()]
            + RoomAudit(redis: redis).audit()
        for line in lines { print(text(line)) }
        await redis.close()
        await database.close()
        return lines.contains { $0.finding == .broken } ? ExitCode.failure : 0
    }

    private static func endpoint(_ configuration: Configuration, on loop: EventLoop)
        -> RedisEndpoint
    {
        switch configuration.redis {
        case .at(let endpoint): endpoint
        case .embedded:
            RedisServerProcess(folder: configuration.dataFolder + "/redis", on: loop).endpoint
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
