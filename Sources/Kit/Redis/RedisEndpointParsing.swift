extension RedisEndpoint {
    public static func parse(_ text: String) throws(RedisEndpointError) -> RedisEndpoint {
        if let rest = text.dropping(prefix: "redis://") { return try parseTCP(rest) }
        if let rest = text.dropping(prefix: "unix://") { return try parseUnix(rest) }
        if let rest = text.dropping(prefix: "unix:") { return try parseUnix(rest) }
        if text.hasPrefix("rediss://") { throw .encryptionUnsupported }
        throw .unknownScheme
    }

    private static func parseTCP(_ text: Substring) throws(RedisEndpointError) -> RedisEndpoint {
        var rest = text
        var user: String?
        var password: String?
        // The last `@`: a password with a bare one in it still works, and is not taken for a host.
        if let at = rest.lastIndex(of: "@") {
            let access = rest[..<at].split(
                separator: ":",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            user = try unescape(access[0])
            if access.count == 2 { password = try unescape(access[1]) }
            if user == "" { user = nil }
            rest = rest[rest.index(after: at)...]
        }
        var database = 0
        if let slash = rest.firstIndex(of: "/") {
            let digits = rest[rest.index(after: slash)...]
            if !digits.isEmpty { database = try parseDatabase(digits) }
            rest = rest[..<slash]
        }
        let (host, port) = try parseHost(rest)
        return try RedisEndpoint(
            .tcp(host: host, port: port),
            database: database,
            user: user,
            password: password
        )
    }

    /// Not in the name or address of a host as it is written; `%` begins an IPv6 zone.
    private static let noHost = Set("?#&=;'\"\\ \t".utf8)
    /// Not in a socket's path as it is written: what stands there belongs to options.
    private static let noPath = Set("&=;'\" \t".utf8)

    private static func parseHost(
        _ text: Substring
    ) throws(RedisEndpointError) -> (String, UInt16) {
        let host: Substring
        let tail: Substring
        if text.hasPrefix("["), let bracket = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<bracket]
            tail = text[text.index(after: bracket)...]
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon]
            tail = text[colon...]
        }
        // Options of a socket, or half of a password: such a "host" would be printed.
        guard host.utf8.allSatisfy({ !Self.noHost.contains($0) }) else { throw .badHost }
        guard !tail.isEmpty else { return (try unescape(host), 6_379) }
        let digits = tail.dropFirst()
        guard tail.hasPrefix(":"), isDecimal(digits), let port = UInt16(digits), port > 0 else {
            throw .badPort
        }
        return (try unescape(host), port)
    }

    private static func parseUnix(_ text: Substring) throws(RedisEndpointError) -> RedisEndpoint {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.allSatisfy({ !Self.noPath.contains($0) }) else { throw .badEscape }
        var database = 0
        var user: String?
        var password: String?
        for option in parts.count == 2 ? parts[1].split(separator: "&") : [] {
            let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count == 2 ? pair[1] : ""
            switch pair[0] {
            case "db": database = try parseDatabase(value)
            case "user": user = try unescape(value)
            case "password": password = try unescape(value)
            default: throw .unknownOption
            }
        }
        return try RedisEndpoint(
            .unix(path: unescape(parts[0])),
            database: database,
            user: user,
            password: password
        )
    }

    private static func parseDatabase(_ digits: Substring) throws(RedisEndpointError) -> Int {
        guard isDecimal(digits), let database = Int32(digits) else {
            throw .badDatabase
        }
        return Int(database)
    }

    /// `Int("+1")` is 1; an address has digits only.
    private static func isDecimal(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    }

    private static func unescape(_ text: Substring) throws(RedisEndpointError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            // `UInt8("+1", radix: 16)` is 1 as well.
            guard digits.count == 2, digits.first != UInt8(ascii: "+"),
                let decoded = UInt8(String(Substring(digits)), radix: 16)
            else { throw .badEscape }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        // A zero byte would end a C string early: the path or the password would be another one.
        guard !bytes.contains(0), let result = String(validating: bytes, as: UTF8.self) else {
            throw .badEscape
        }
        return result
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
