import EventLoop
import Glibc
import Redis
import SQL

/// The engines, for a subcommand that works beside a running server: the ledger to read, Redis.
struct Beside: Sendable {
    let loop: EventLoop
    let redis: RedisConnection
    /// Redis has answered.
    let isConnected: Bool
    let database: any Database
    /// How long what is over stays in Redis.
    let retainMs: Int64
    /// The switches of the subcommand's own that are on.
    let switches: Set<String>

    typealias Work = @Sendable (Beside, [String]) async throws(StartError) -> Int32

    /// What it uses of the server's flags. The others are taken, too, and mean nothing here: the
    /// same line serves both.
    private static let names: Set<String> = ["redis", "ledger", "data", "retain-days", "help"]
    /// How long it waits for an engine to answer.
    private static let patienceMs = 2_000

    /// Reads the flags, opens the engines, does `work` with the names among the arguments and
    /// answers its exit code.
    static func run(
        _ usage: String,
        _ arguments: [String],
        environment: [String: String],
        takesNames: Bool = false,
        switches own: [Flags.Known] = [],
        scripts: [RedisScript],
        _ work: @escaping Work
    ) async -> Int32 {
        let configuration: Configuration
        let flags: Flags
        var switches: Set<String> = []
        do {
            let all = try Flags(
                arguments,
                environment: environment,
                known: own + Configuration.flags,
                takesNames: takesNames
            )
            flags = all.only(names)
            if try flags.isOn("help") {
                print(help(usage, switches: own))
                return 0
            }
            for flag in own {
                if try all.isOn(flag.name) { switches.insert(flag.name) }
            }
            configuration = try Configuration(flags, cores: 1)
        } catch {
            printToStandardError("onsale: \(error.line)")
            return ExitCode.usage
        }
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop.start()
        let on = switches
        return await Task(executorPreference: loop) {
            do throws(StartError) {
                let engines = try await open(configuration, on, scripts, on: loop)
                let code = try await work(engines, flags.names)
                await engines.close()
                return code
            } catch {
                printToStandardError("onsale: \(error.line)")
                return ExitCode.failure
            }
        }.value
    }

    /// What `--help` says: `usage`, and the flags that mean something here.
    static func help(_ usage: String, switches own: [Flags.Known] = []) -> String {
        Flags.help(usage, own + Configuration.flags.filter { names.contains($0.name) })
    }

    private static func open(
        _ configuration: Configuration,
        _ switches: Set<String>,
        _ scripts: [RedisScript],
        on loop: EventLoop
    ) async throws(StartError) -> Beside {
        let database = try await OpenLedger.readOnly(configuration, on: loop)
        let redis = RedisConnection(
            endpoint(configuration, on: loop),
            scripts: scripts,
            on: loop
        )
        await redis.start()
        return Beside(
            loop: loop,
            redis: redis,
            isConnected: await redis.whenConnected(timeoutMs: patienceMs),
            database: database,
            retainMs: configuration.retainMs,
            switches: switches
        )
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

    private func close() async {
        await redis.close()
        await database.close()
    }
}
