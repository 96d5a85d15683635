/// Where a Redis is and how to enter it.
///
///     redis://[[user]:password@]host[:6379][/db]
///     rediss://...[?cafile=PATH][&certfile=PATH&keyfile=PATH]
///     redis+sentinel://[[user]:password@]host[:26379][,host[:port]...]/NAME[?db=N][&tls=1]
///         [&cafile=PATH][&certfile=PATH&keyfile=PATH][&sentinel-user=..][&sentinel-password=..]
///     unix:/path/to.sock[?db=N][&user=..&password=..]
///
/// Reserved characters are percent-encoded. Passwords are never printed.
public struct RedisEndpoint: Sendable, Equatable {
    public enum Address: Sendable, Hashable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    /// Where the server is to be found.
    enum Place: Sendable, Equatable {
        case server(Address)
        case sentinels(Sentinels)
    }

    /// The sentinels that know the address of a primary, and the name they know it by.
    struct Sentinels: Sendable, Equatable {
        let addresses: [Address]
        /// The name under which they know it.
        let primary: String
        var access: Access?
    }

    /// How to enter a server.
    struct Access: Sendable, Equatable {
        let user: String?
        let password: String
    }

    /// `sockaddr_un.sun_path` holds 108 bytes with its final zero.
    static let unixPathMax = 107
    /// Sentinels that an address may name: a start asks each for a second at most.
    static let sentinelsMax = 16

    let place: Place
    public let database: Int
    let access: Access?
    /// Nil: not encrypted. For sentinels, too.
    let tls: RedisTLS?

    public init(unixPath: String) throws(RedisEndpointError) {
        try self.init(.server(.unix(path: unixPath)))
    }

    /// For a path that was made to fit.
    init(checkedUnixPath path: String) {
        place = .server(.unix(path: path))
        database = 0
        access = nil
        tls = nil
    }

    init(
        _ place: Place,
        database: Int = 0,
        access: Access? = nil,
        tls: RedisTLS? = nil
    ) throws(RedisEndpointError) {
        switch place {
        case .server(let address): try Self.check(address)
        case .sentinels(let sentinels):
            for address in sentinels.addresses { try Self.check(address) }
        }
        self.place = place
        self.database = database
        self.access = access
        self.tls = tls
    }

    private static func check(_ address: Address) throws(RedisEndpointError) {
        switch address {
        case .tcp(let host, _): guard !host.isEmpty else { throw .missingHost }
        case .unix(let path):
            guard path.hasPrefix("/") else { throw .relativePath }
            guard path.utf8.count <= unixPathMax else { throw .pathTooLong(limit: unixPathMax) }
        }
    }

    /// A server that ends the connection at once may want TLS.
    var mayLackTLS: Bool {
        if case .server(.unix) = place { false } else { tls == nil }
    }

    /// The server's, if the text names it.
    public var address: Address? {
        if case .server(let address) = place { address } else { nil }
    }
}

extension RedisEndpoint.Address: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tcp(let host, let port): (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
        case .unix(let path): path
        }
    }
}

extension RedisEndpoint: CustomStringConvertible, CustomDebugStringConvertible {
    /// The same form that `parse` reads, with passwords as `***`.
    public var description: String {
        switch place {
        case .server(.tcp(let host, let port)):
            let address = Address.tcp(host: host, port: port)
            return (tls == nil ? "redis://" : "rediss://") + "\(door)\(address)"
                + (database == 0 ? "" : "/\(database)") + Self.list(files)
        case .server(.unix(let path)):
            let words = [access?.user.map { "user=\($0)" }, access.map { _ in "password=***" }]
            return "unix:\(path)" + Self.list(databaseOption + words.compactMap { $0 })
        case .sentinels(let sentinels):
            let addresses = sentinels.addresses.map(\.description).joined(separator: ",")
            let words = [
                sentinels.access?.user.map { "sentinel-user=\($0)" },
                sentinels.access.map { _ in "sentinel-password=***" },
            ]
            let options =
                databaseOption + (tls == nil ? [] : ["tls=1"]) + files + words.compactMap { $0 }
            return "redis+sentinel://\(door)\(addresses)/\(sentinels.primary)" + Self.list(options)
        }
    }

    public var debugDescription: String { description }

    private var door: String {
        guard let access else { return "" }
        // A user without a password is often the password, a colon on its wrong side.
        return (access.password == "" ? "***" : access.user ?? "") + ":***@"
    }

    private var databaseOption: [String] { database == 0 ? [] : ["db=\(database)"] }

    private var files: [String] {
        guard let tls else { return [] }
        return [
            ("cafile", tls.authorityFile), ("certfile", tls.certificateFile),
            ("keyfile", tls.keyFile),
        ].compactMap { name, file in file.map { "\(name)=\($0)" } }
    }

    private static func list(_ options: [String]) -> String {
        options.isEmpty ? "" : "?" + options.joined(separator: "&")
    }
}

/// What is wrong with the text of an endpoint. No case carries a piece of the text: where an
/// address is malformed, any piece of it may be the password.
public enum RedisEndpointError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownScheme
    case clusterUnsupported
    case missingHost
    case badHost
    case badPort
    case badDatabase
    case userWithoutPassword
    case badEscape
    case relativePath
    case pathTooLong(limit: Int)
    case unknownOption
    /// An option twice.
    case repeatedOption
    case missingPrimary
    case badPrimary
    case severalHosts
    case tooManySentinels(limit: Int)
    case optionsOfTLS
    case badTLS
    case halfCertificate

    public var description: String {
        switch self {
        case .unknownScheme:
            "a Redis address starts with redis://, rediss://, redis+sentinel:// or unix:/"
        case .clusterUnsupported: "redis+cluster:// is not supported"
        case .missingHost: "the Redis address has no host"
        case .badHost:
            "the Redis address has a host with signs that no host has; in a password, write / @ ? #"
                + " as %2F %40 %3F %23"
        case .badPort:
            "the port of the Redis address is not a number from 1 to 65535; in a password, write /"
                + " and @ as %2F and %40"
        case .badDatabase: "the database of the Redis address is not a number from 0"
        case .userWithoutPassword: "the Redis address has a user but no password"
        case .badEscape: "the Redis address has a bad %-escape"
        case .relativePath: "the socket of the Redis address is not an absolute path"
        case .pathTooLong(let limit):
            "the socket of the Redis address is longer than \(limit) bytes"
        case .unknownOption:
            "the Redis address has an option that its form does not have: unix: has db, user and "
                + "password, rediss:// has cafile, certfile and keyfile, redis+sentinel:// has db, "
                + "tls, these three, sentinel-user and sentinel-password, redis:// has none"
        case .repeatedOption: "the Redis address has an option twice"
        case .missingPrimary:
            "the Redis address of sentinels does not end in /NAME, the name that they know the "
                + "primary by"
        case .badPrimary:
            "the primary's name in the Redis address has other signs than letters, digits and . - _"
        case .severalHosts: "the Redis address has several hosts, which need redis+sentinel://"
        case .tooManySentinels(let limit):
            "the Redis address names more than \(limit) sentinels"
        case .optionsOfTLS:
            "the Redis address has options of TLS without TLS: they need rediss://, or tls=1 with "
                + "redis+sentinel://"
        case .badTLS: "tls in the Redis address is neither 0 nor 1"
        case .halfCertificate:
            "the Redis address has one of certfile and keyfile, and needs both or none"
        }
    }
}
