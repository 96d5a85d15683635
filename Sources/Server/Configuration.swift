import Onsale
import Redis
import SQL

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

    enum Auth {
        case dev
        case jwt(keyPath: String)
    }

    var host = "127.0.0.1"
    var port: UInt16 = 8080
    /// Where keys, a SQLite ledger and the private Redis live.
    var dataFolder = "./data"
    var redis = RedisChoice.embedded
    var redisProgram = "redis-server"
    var ledger: LedgerChoice
    var auth = Auth.dev
    var adminKeyPath: String
    var ticketKeyPath: String
    var passKeyPath: String
    var issuer = "onsale"
    /// Event loops, one thread each.
    var threads: Int
    var waitingMax = 1_000_000
    /// What the time to a sell-out is of.
    var selloutFraction = SelloutFraction.usual
    var connectionsMax = 20_000
    /// 0: no limit; behind a proxy all visitors share its address.
    var connectionsPerAddressMax = 0
    var isDemo = false

    static let flags: [Flags.Known] = [
        .init(name: "port", value: "8080", help: "TCP port; 0 takes a free one"),
        .init(name: "host", value: "127.0.0.1", help: "address to listen on"),
        .init(
            name: "data",
            value: "./data",
            help: "folder for keys, the ledger and the private Redis"
        ),
        .init(
            name: "redis",
            value: "embedded",
            help: "embedded: a private redis-server in the data folder; or\n"
                + "redis://[user[:password]@]host[:port][/db] or unix:/path[?db=N]"
        ),
        .init(
            name: "redis-server",
            value: "redis-server",
            help: "the program of the private Redis, 7.0 or later"
        ),
        .init(
            name: "ledger",
            value: "sqlite",
            help: "sqlite: a file in the data folder, for one process; or\n"
                + "postgres://[user[:password]@]host[:port]/db[?sslmode=...]"
        ),
        .init(
            name: "auth",
            value: "dev",
            help: "dev: believe the header X-User-Id, loopback only;\n"
                + "jwt: bearer tokens, checked with --jwt-key"
        ),
        .init(
            name: "jwt-key",
            value: "FILE",
            help: "PEM public key, JWK set, or HS256 secret of 32 bytes or more"
        ),
        .init(
            name: "admin-key-file",
            value: "DATA/admin.key",
            help: "the operator's key; made at the first start"
        ),
        .init(
            name: "ticket-key-file",
            value: "DATA/ticket.key",
            help: "seals tickets; all processes of one line share it"
        ),
        .init(
            name: "pass-key-file",
            value: "DATA/pass.key",
            help: "signs passes; all processes of one line share it"
        ),
        .init(name: "issuer", value: "onsale", help: "the iss of passes"),
        .init(name: "threads", value: "CORES", help: "event loops, 1 to 64"),
        .init(
            name: "waiting-max",
            value: "1000000",
            help: "visitors in one line before newcomers get 429 room_full"
        ),
        .init(
            name: "sellout-fraction",
            value: "0.9",
            help: "share of the seats whose sale stops the clock of a ranking, 0.001 to 1"
        ),
        .init(name: "connections-max", value: "20000", help: "open connections of one loop"),
        .init(
            name: "connections-per-address-max",
            value: "0",
            help: "of one address; 0: no limit, right behind a proxy"
        ),
        .init(
            name: "demo",
            value: nil,
            help: "open a room, concerts, a coupon `demo` and a shop, with synthetic visitors"
        ),
        .init(name: "help", value: nil, help: "this text"),
    ]

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
        let fraction = flags.string("sellout-fraction", default: "0.9")
        guard let fraction = SelloutFraction(fraction) else {
            throw FlagError(
                line: "--sellout-fraction takes 0.001 to 1 in thousandths, not \(fraction)"
            )
        }
        selloutFraction = fraction
        connectionsMax = try flags.integer(
            "connections-max",
            default: connectionsMax,
            in: 1...100_000
        )
        connectionsPerAddressMax = try flags.integer(
            "connections-per-address-max",
            default: 0,
            in: 0...100_000
        )
        isDemo = try flags.isOn("demo")
        ledger = try Self.ledger(flags.string("ledger", default: "sqlite"), in: dataFolder)
        redis = try Self.redis(flags.string("redis", default: "embedded"))
        auth = try Self.auth(flags)
        guard case .dev = auth, !Self.loopback.contains(host) else { return }
        throw FlagError(
            line: "--auth dev believes every visitor and is for loopback only, not --host \(host); "
                + "use --auth jwt"
        )
    }

    private static let loopback: Set<String> = ["127.0.0.1", "::1", "localhost"]

    private static func redis(_ text: String) throws(FlagError) -> RedisChoice {
        if text == "embedded" { return .embedded }
        do {
            return .at(try RedisEndpoint.parse(text))
        } catch {
            throw FlagError(line: "--redis: \(error)")
        }
    }

    private static func auth(_ flags: Flags) throws(FlagError) -> Auth {
        switch flags.string("auth", default: "dev") {
        case "dev": return .dev
        case "jwt":
            guard let path = flags.string("jwt-key") else {
                throw FlagError(line: "--auth jwt needs --jwt-key FILE")
            }
            return .jwt(keyPath: path)
        case let other: throw FlagError(line: "--auth takes dev or jwt, not \(other)")
        }
    }

    static func ledger(_ text: String, in folder: String) throws(FlagError) -> LedgerChoice {
        if text == "sqlite" { return .sqlite(path: folder + "/ledger.sqlite") }
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else {
            throw FlagError(line: "--ledger takes sqlite or postgres://..., not \(text)")
        }
        do {
            return .postgres(try PostgresEndpoint.parse(text))
        } catch {
            throw FlagError(line: "--ledger: \(error)")
        }
    }
}
