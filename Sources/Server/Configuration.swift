import Engines
import HTTP
import Logging
import Redis
import Site
import SQL
import Values

/// What `onsale serve` was told, checked.
struct Configuration {
    enum RedisChoice {
        /// A private redis-server in the data folder.
        case embedded
        case at(RedisEndpoint)
    }

    enum LedgerChoice {
        /// A file in the data folder.
        case sqlite(path: String)
        case postgres(PostgresEndpoint)
    }

    var host = "127.0.0.1"
    var port: UInt16 = 8080
    /// Where keys, a SQLite ledger and the private Redis live.
    var dataFolder = "./data"
    var redis = RedisChoice.embedded
    var redisProgram = "redis-server"
    var ledger: LedgerChoice
    var auth = Auth.dev
    /// Cookies are Secure whatever `X-Forwarded-Proto` says.
    var hasSecureCookies = false
    /// Whose `X-Forwarded-...` headers are believed.
    var trustedProxies = NetworkRanges.loopback
    /// Requests of one loop.
    var rates = RequestRates()
    var logLevel = LogLevel.info
    var logFormat = LogFormat.text
    var hasAccessLog = false
    var adminKeyPath: String
    var ticketKeyPath: String
    var passKeyPath: String
    var issuer = "onsale"
    /// From SIGTERM to the end of accepting, for balancers to notice.
    var drainSeconds = 5
    /// Event loops, one thread each.
    var threads: Int
    var waitingMax = 1_000_000
    /// How long what is over stays in Redis after the last event; 0: for good.
    var retainMs = Retention.ms(days: Retention.usualDays)
    /// What the time to a sell-out is of.
    var selloutFraction = SelloutFraction.usual
    var connectionsMax = 20_000
    /// Not the default.
    var isConnectionsMaxGiven = false
    /// Bytes that slow clients may keep, over all loops, in MiB.
    var bufferedMaxMiB = 512
    /// 0: no limit; behind a proxy all visitors share its address.
    var connectionsPerAddressMax = 0
    var isDemo = false

    init(_ flags: Flags, cores: Int) throws(FlagError) {
        dataFolder = flags.string("data", default: dataFolder)
        adminKeyPath = flags.string("admin-key-file", default: dataFolder + "/admin.key")
        ticketKeyPath = flags.string("ticket-key-file", default: dataFolder + "/ticket.key")
        passKeyPath = flags.string("pass-key-file", default: dataFolder + "/pass.key")
        host = flags.string("host", default: host)
        port = UInt16(try flags.integer("port", default: 8080, in: 0...65_535))
        redisProgram = flags.string("redis-server", default: redisProgram)
        issuer = flags.string("issuer", default: issuer)
        threads = try flags.integer("threads", default: min(cores, 64), in: 1...64)
        waitingMax = try flags.integer("waiting-max", default: waitingMax, in: 1...10_000_000)
        let retainDays = try flags.integer(
            "retain-days",
            default: Retention.usualDays,
            in: 0...Retention.daysMax
        )
        retainMs = Retention.ms(days: retainDays)
        selloutFraction = try Self.selloutFraction(flags.string("sellout-fraction", default: "0.9"))
        connectionsMax = try flags.integer(
            "connections-max",
            default: connectionsMax,
            in: 1...100_000
        )
        isConnectionsMaxGiven = flags.string("connections-max") != nil
        // Two of the largest seat maps fit into the least.
        bufferedMaxMiB = try flags.integer(
            "buffered-max",
            default: bufferedMaxMiB,
            in: 32...1_048_576
        )
        connectionsPerAddressMax = try flags.integer(
            "connections-per-address-max",
            default: 0,
            in: 0...100_000
        )
        drainSeconds = try flags.integer(
            "drain-seconds",
            default: drainSeconds,
            in: 0...Self.drainSecondsMax
        )
        isDemo = try flags.isOn("demo")
        ledger = try Self.ledger(flags.string("ledger", default: "sqlite"), in: dataFolder)
        redis = try Self.redis(flags.string("redis", default: "embedded"))
        auth = try Auth(flags)
        hasSecureCookies = try flags.isOn("cookie-secure")
        trustedProxies = try Self.trustedProxies(flags.string("trust-proxy"))
        rates.perAddress = try Self.rates(flags, "rates-per-address", rates.perAddress)
        rates.perUser = try Self.rates(flags, "rates-per-user", rates.perUser)
        logLevel = try flags.choice("log-level", default: .info)
        logFormat = try flags.choice("log-format", default: .text)
        hasAccessLog = try flags.isOn("access-log")
        guard case .dev = auth, !Self.loopback.contains(host) else { return }
        throw FlagError(
            line: "--auth dev believes every visitor and is for loopback only, not --host "
                + "\(Redaction.shown(host)); "
                + "use --auth visitor or --auth jwt"
        )
    }

    /// Supervisors have long given up.
    private static let drainSecondsMax = 600
    private static let loopback: Set<String> = ["127.0.0.1", "::1", "localhost"]

    private static func selloutFraction(_ text: String) throws(FlagError) -> SelloutFraction {
        guard let fraction = SelloutFraction(text) else {
            throw FlagError(
                line: "--sellout-fraction takes 0.001 to 1 in thousandths, not "
                    + Redaction.shown(text)
            )
        }
        return fraction
    }

    private static func trustedProxies(_ text: String?) throws(FlagError) -> NetworkRanges {
        guard let text, !text.isEmpty else { return .loopback }
        guard let ranges = NetworkRanges(text) else {
            throw FlagError(
                line: "--trust-proxy takes up to \(NetworkRanges.countMax) addresses or networks "
                    + "as 10.0.0.0/8,2001:db8::1, not \(Redaction.list(text))"
            )
        }
        return .loopback + ranges
    }

    private static func rates(_ flags: Flags, _ name: String, _ usual: RateRules)
        throws(FlagError) -> RateRules
    {
        guard let text = flags.string(name), !text.isEmpty else { return usual }
        do throws(RateRules.TextError) {
            return try usual.changed(by: text)
        } catch {
            switch error {
            case .twice(let kind): throw FlagError(line: "--\(name) names \(kind.name) twice")
            case .unreadable(let part):
                let classes = RateClass.allCases.map(\.name).joined(separator: ", ")
                throw FlagError(
                    line: "--\(name) takes off, or CLASS=RATE:BURST or CLASS=off with commas, not "
                        + "\(Redaction.list(part)); a class is one of \(classes), RATE is 1 to "
                        + "\(RateLimit.perSecondMax), BURST 1 to \(RateLimit.burstMax)"
                )
            }
        }
    }

    private static func redis(_ text: String) throws(FlagError) -> RedisChoice {
        if text == "embedded" { return .embedded }
        do {
            return .at(try RedisEndpoint.parse(text))
        } catch .unknownScheme {
            throw FlagError(
                line: "--redis takes embedded, redis://..., rediss://..., redis+sentinel://... or "
                    + "unix:/..., not "
                    + Redaction.address(text)
            )
        } catch {
            throw FlagError(line: "--redis: \(error)")
        }
    }

    static func ledger(_ text: String, in folder: String) throws(FlagError) -> LedgerChoice {
        if text == "sqlite" { return .sqlite(path: folder + "/ledger.sqlite") }
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else {
            throw FlagError(
                line: "--ledger takes sqlite or postgres://..., not \(Redaction.address(text))"
            )
        }
        do {
            return .postgres(try PostgresEndpoint.parse(text))
        } catch {
            throw FlagError(line: "--ledger: \(error)")
        }
    }
}
