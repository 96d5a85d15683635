/// Where a Redis is and how to enter it.
///
///     redis://[[user]:password@]host[:6379][/db]
///     unix:/path/to.sock[?db=N][&user=..&password=..]
///
/// Reserved characters are percent-encoded. The password is never printed.
public struct RedisEndpoint: Sendable, Equatable {
    public enum Address: Sendable, Equatable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    /// `sockaddr_un.sun_path` holds 108 bytes with its final zero; hiredis cuts a longer one
    /// silently.
    static let unixPathMax = 107

    public let address: Address
    public let database: Int
    public let user: String?
    let password: String?

    public init(unixPath: String) throws(RedisEndpointError) {
        try self.init(.unix(path: unixPath))
    }

    /// For a path that was made to fit.
    init(checkedUnixPath path: String) {
        address = .unix(path: path)
        database = 0
        user = nil
        password = nil
    }

    init(
        _ address: Address,
        database: Int = 0,
        user: String? = nil,
        password: String? = nil
    ) throws(RedisEndpointError) {
        switch address {
        case .tcp(let host, _): guard !host.isEmpty else { throw .missingHost }
        case .unix(let path):
            guard path.hasPrefix("/") else { throw .relativePath }
            guard path.utf8.count <= Self.unixPathMax else {
                throw .pathTooLong(limit: Self.unixPathMax)
            }
        }
        if user != nil, password == nil { throw .userWithoutPassword }
        self.address = address
        self.database = database
        self.user = user
        self.password = password
    }
}

extension RedisEndpoint: CustomStringConvertible, CustomDebugStringConvertible {
    /// The same form that `parse` reads, with the password as `***`.
    public var description: String {
        switch address {
        case .tcp(let host, let port):
            // A user without a password is often the password, a colon on its wrong side.
            let name = password == "" ? "***" : user ?? ""
            let access = password == nil ? "" : "\(name):***@"
            let server = host.contains(":") ? "[\(host)]" : host
            return "redis://\(access)\(server):\(port)" + (database == 0 ? "" : "/\(database)")
        case .unix(let path):
            var options: [String] = []
            if database != 0 { options.append("db=\(database)") }
            if let user { options.append("user=\(user)") }
            if password != nil { options.append("password=***") }
            return "unix:\(path)" + (options.isEmpty ? "" : "?" + options.joined(separator: "&"))
        }
    }

    public var debugDescription: String { description }
}

/// What is wrong with the text of an endpoint. No case carries a piece of the text: where an
/// address is malformed, any piece of it may be the password.
public enum RedisEndpointError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownScheme
    case encryptionUnsupported
    case missingHost
    case badHost
    case badPort
    case badDatabase
    case userWithoutPassword
    case badEscape
    case relativePath
    case pathTooLong(limit: Int)
    case unknownOption

    public var description: String {
        switch self {
        case .unknownScheme: "a Redis address starts with redis:// or unix:/"
        case .encryptionUnsupported: "rediss:// (TLS) is not supported; use a tunnel or a socket"
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
            "the Redis address has an option that is none of db, user, password"
        }
    }
}
