extension RedisEndpoint {
    public static func parse(_ text: String) throws(RedisEndpointError) -> RedisEndpoint {
        if let rest = text.dropping(prefix: "redis://") {
            return try parseServer(rest, isEncrypted: false)
        }
        if let rest = text.dropping(prefix: "rediss://") {
            return try parseServer(rest, isEncrypted: true)
        }
        if let rest = text.dropping(prefix: "redis+sentinel://") {
            return try parseSentinels(rest)
        }
        if text.hasPrefix("redis+cluster://") { throw .clusterUnsupported }
        if let rest = text.dropping(prefix: "unix://") { return try parseUnix(rest) }
        if let rest = text.dropping(prefix: "unix:") { return try parseUnix(rest) }
        throw .unknownScheme
    }

    // MARK: Forms

    private static func parseServer(
        _ text: Substring,
        isEncrypted: Bool
    ) throws(RedisEndpointError) -> RedisEndpoint {
        let parts = try Parts(text)
        // What follows a `?` may be the rest of a password.
        if !isEncrypted, let options = parts.options {
            throw hasOptionOfTLS(options) ? .optionsOfTLS : .badHost
        }
        var options = try Options(parts.options, allowed: filesOfTLS)
        var database = 0
        if let path = parts.path, !path.isEmpty { database = try parseDatabase(path) }
        guard !parts.hosts.contains(",") else { throw .severalHosts }
        return try RedisEndpoint(
            .server(parseHost(parts.hosts, defaultPort: 6_379)),
            database: database,
            access: parts.access,
            tls: isEncrypted ? options.tls() : nil
        )
    }

    private static func parseSentinels(
        _ text: Substring
    ) throws(RedisEndpointError) -> RedisEndpoint {
        let parts = try Parts(text)
        var options = try Options(
            parts.options,
            allowed: filesOfTLS.union(["db", "tls", "sentinel-user", "sentinel-password"])
        )
        let hosts = parts.hosts.split(separator: ",", omittingEmptySubsequences: false)
        guard hosts.count <= sentinelsMax else { throw .tooManySentinels(limit: sentinelsMax) }
        var addresses: [Address] = []
        for host in hosts { addresses.append(try parseHost(host, defaultPort: 26_379)) }
        guard let path = parts.path, !path.isEmpty else { throw .missingPrimary }
        let primary = try unescape(path)
        guard primary.utf8.allSatisfy(isOfName) else { throw .badPrimary }
        let isEncrypted: Bool
        switch options.take("tls") {
        case nil, "0": isEncrypted = false
        case "1": isEncrypted = true
        default: throw .badTLS
        }
        if !isEncrypted, hasOptionOfTLS(parts.options ?? "") { throw .optionsOfTLS }
        let access = try options.access("sentinel-user", "sentinel-password")
        return try RedisEndpoint(
            .sentinels(Sentinels(addresses: addresses, primary: primary, access: access)),
            database: options.take("db").map(parseDatabase) ?? 0,
            access: parts.access,
            tls: isEncrypted ? options.tls() : nil
        )
    }

    private static func parseUnix(_ text: Substring) throws(RedisEndpointError) -> RedisEndpoint {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.allSatisfy({ !Self.noPath.contains($0) }) else { throw .badEscape }
        let rest = parts.count == 2 ? parts[1] : nil
        if let rest, hasOptionOfTLS(rest) { throw .optionsOfTLS }
        var options = try Options(rest, allowed: ["db", "user", "password"])
        let access = try options.access("user", "password")
        return try RedisEndpoint(
            .server(.unix(path: unescape(parts[0]))),
            database: options.take("db").map(parseDatabase) ?? 0,
            access: access
        )
    }

    // MARK: Parts

    private static let filesOfTLS: Set<String> = ["cafile", "certfile", "keyfile"]

    private static func hasOptionOfTLS(_ options: Substring) -> Bool {
        options.split(separator: "&").contains { option in
            let name = String(option.prefix { $0 != "=" })
            return filesOfTLS.contains(name) || name == "tls" && option != "tls=0"
        }
    }

    /// Not in the name or address of a host as it is written; `%` begins an IPv6 zone.
    private static let noHost = Set("?#&=;'\"\\ \t".utf8)
    /// Not in a socket's path as it is written: what stands there belongs to options.
    private static let noPath = Set("&=;'\" \t".utf8)

    fileprivate static func parseHost(
        _ text: Substring,
        defaultPort: UInt16
    ) throws(RedisEndpointError) -> Address {
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
        guard !host.isEmpty else { throw .missingHost }
        guard !tail.isEmpty else { return .tcp(host: try unescape(host), port: defaultPort) }
        let digits = tail.dropFirst()
        guard tail.hasPrefix(":"), isDecimal(digits), let port = UInt16(digits), port > 0 else {
            throw .badPort
        }
        return .tcp(host: try unescape(host), port: port)
    }

    fileprivate static func parseDatabase(_ digits: Substring) throws(RedisEndpointError) -> Int {
        guard isDecimal(digits), let database = Int32(digits) else {
            throw .badDatabase
        }
        return Int(database)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// `Int("+1")` is 1; an address has digits only.
    private static func isDecimal(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    }

    fileprivate static func unescape(_ text: Substring) throws(RedisEndpointError) -> String {
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

/// `[[user]:password@]hosts[/path][?options]`.
private struct Parts {
    var access: RedisEndpoint.Access?
    let hosts: Substring
    let path: Substring?
    let options: Substring?

    init(_ text: Substring) throws(RedisEndpointError) {
        var rest = text
        // The last `@`: a password with a bare one in it still works, and is not taken for a host.
        if let at = rest.lastIndex(of: "@") {
            let words = rest[..<at].split(
                separator: ":",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            var user: String? = try RedisEndpoint.unescape(words[0])
            if user == "" { user = nil }
            let password = words.count == 2 ? try RedisEndpoint.unescape(words[1]) : nil
            access = try RedisEndpoint.Access(user, password)
            rest = rest[rest.index(after: at)...]
        }
        let mark = rest.firstIndex(of: "?")
        options = mark.map { rest[rest.index(after: $0)...] }
        rest = rest[..<(mark ?? rest.endIndex)]
        let slash = rest.firstIndex(of: "/")
        path = slash.map { rest[rest.index(after: $0)...] }
        hosts = rest[..<(slash ?? rest.endIndex)]
    }
}

extension RedisEndpoint.Access {
    fileprivate init?(_ user: String?, _ password: String?) throws(RedisEndpointError) {
        guard let password else {
            if user != nil { throw .userWithoutPassword }
            return nil
        }
        self.init(user: user, password: password)
    }
}

/// What stands behind the `?`, still escaped.
private struct Options {
    private var values: [String: Substring] = [:]

    init(_ text: Substring?, allowed: Set<String>) throws(RedisEndpointError) {
        for option in text?.split(separator: "&") ?? [] {
            let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(pair[0])
            guard allowed.contains(name) else { throw .unknownOption }
            guard values[name] == nil else { throw .repeatedOption }
            values[name] = pair.count == 2 ? pair[1] : ""
        }
    }

    mutating func take(_ name: String) -> Substring? { values.removeValue(forKey: name) }

    private mutating func text(_ name: String) throws(RedisEndpointError) -> String? {
        guard let value = take(name) else { return nil }
        return try RedisEndpoint.unescape(value)
    }

    mutating func access(_ user: String, _ password: String) throws(RedisEndpointError)
        -> RedisEndpoint.Access?
    {
        try RedisEndpoint.Access(text(user), text(password))
    }

    mutating func tls() throws(RedisEndpointError) -> RedisTLS {
        var tls = RedisTLS()
        tls.authorityFile = try text("cafile")
        tls.certificateFile = try text("certfile")
        tls.keyFile = try text("keyfile")
        guard (tls.certificateFile == nil) == (tls.keyFile == nil) else { throw .halfCertificate }
        return tls
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
