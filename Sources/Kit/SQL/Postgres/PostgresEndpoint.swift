import CPostgres

/// Where a PostgreSQL is and how to enter it: whatever libpq reads after `postgres://` or
/// `postgresql://`.
///
///     postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/etc/ca.pem
///     postgres://user@/database?host=/run/postgresql
///
/// Passwords are never printed. What is left out comes from libpq's environment variables
/// (`PGPASSFILE`, `PGSSLMODE`, ...) and defaults.
public struct PostgresEndpoint: Sendable, Equatable {
    struct Parameter: Sendable, Equatable {
        let name: String
        let value: String
        let isSecret: Bool
    }

    /// In libpq's order; only those that were given.
    let parameters: [Parameter]

    private static let sslModes: Set<String> = [
        "disable", "allow", "prefer", "require", "verify-ca", "verify-full",
    ]

    public static func parse(_ text: String) throws(PostgresEndpointError) -> PostgresEndpoint {
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else {
            throw .unknownScheme
        }
        guard isUnambiguous(text) else { throw .malformed }
        var message: UnsafeMutablePointer<CChar>?
        defer { unsafe PQfreemem(message) }
        guard let list = unsafe PQconninfoParse(text, &message) else {
            // libpq's text quotes the address, or what it takes for an option's name.
            let reason = unsafe message.map { unsafe String(cString: $0) } ?? ""
            throw reason.hasPrefix("invalid URI query parameter") ? .unknownOption : .malformed
        }
        defer { unsafe PQconninfoFree(list) }
        let endpoint = unsafe PostgresEndpoint(parameters: parameters(in: list))
        try endpoint.check()
        return endpoint
    }

    /// Whether `text` cannot be read in two ways. libpq ends a password at the first `@` or `/`,
    /// and takes the rest of it for a host, a database or options, which are printed.
    private static func isUnambiguous(_ text: String) -> Bool {
        let rest = text.utf8[(text.firstRange(of: "://")?.upperBound ?? text.startIndex)...]
        guard rest.count(where: { $0 == UInt8(ascii: "@") }) <= 1,
            !rest.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "\"") })
        else { return false }
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let query = rest[slash...].firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let authority = rest[..<slash]
        let server = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[$0...] }
        return !(server ?? authority).dropFirst().contains { Set("#&=;'".utf8).contains($0) }
            && !rest[slash..<query].contains { Set("@#&=;:'".utf8).contains($0) }
            && !rest[query...].contains { Set("@#;'".utf8).contains($0) }
    }

    func value(of name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// libpq would find these only when it connects.
    private func check() throws(PostgresEndpointError) {
        for port in (value(of: "port") ?? "").split(separator: ",") {
            guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }),
                UInt16(port) ?? 0 > 0
            else { throw .badPort }
        }
        if let mode = value(of: "sslmode"), !Self.sslModes.contains(mode) {
            throw .badSSLMode
        }
    }

    private static func parameters(
        in list: UnsafeMutablePointer<PQconninfoOption>
    ) -> [Parameter] {
        var found: [Parameter] = []
        var option = unsafe list
        while let name = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                // What libpq marks for a dialog to hide.
                let display = unsafe option.pointee.dispchar.map { unsafe String(cString: $0) }
                unsafe found.append(
                    Parameter(
                        name: String(cString: name),
                        value: String(cString: value),
                        isSecret: display == "*"
                    )
                )
            }
            unsafe option += 1
        }
        return found
    }
}

extension PostgresEndpoint: CustomStringConvertible, CustomDebugStringConvertible {
    /// For people, with the secrets as `***`.
    public var description: String {
        var access = value(of: "user") ?? ""
        if value(of: "password") != nil { access += ":***" }
        if !access.isEmpty { access += "@" }
        let isPath = value(of: "host")?.hasPrefix("/") == true
        let text = "postgres://\(access)\(servers(isPath))/\(value(of: "dbname") ?? "")"
        let shown: Set<String> = ["user", "password", "port", "dbname"]
        let options = parameters.filter {
            !shown.contains($0.name) && ($0.name != "host" || isPath)
        }
        .map { "\($0.name)=\($0.isSecret ? "***" : $0.value)" }
        return text + (options.isEmpty ? "" : "?" + options.joined(separator: "&"))
    }

    public var debugDescription: String { description }

    /// `host:port`, with commas between several.
    private func servers(_ isPath: Bool) -> String {
        let hosts = isPath ? [] : list("host").map { $0.contains(":") ? "[\($0)]" : $0 }
        let ports = list("port")
        guard hosts.count > 1, ports.count == hosts.count else {
            let port = ports.isEmpty ? "" : ":" + ports.joined(separator: ",")
            return hosts.joined(separator: ",") + port
        }
        return zip(hosts, ports).map { $1.isEmpty ? $0 : "\($0):\($1)" }.joined(separator: ",")
    }

    private func list(_ name: String) -> [String] {
        guard let text = value(of: name), !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}

/// What is wrong with the text of an endpoint. No case carries a piece of the text: where an
/// address is malformed, any piece of it may be the password.
public enum PostgresEndpointError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownScheme
    case malformed
    case unknownOption
    case badPort
    case badSSLMode

    public var description: String {
        switch self {
        case .unknownScheme: "a PostgreSQL address starts with postgres:// or postgresql://"
        case .malformed:
            "the PostgreSQL address is not like postgres://user:password@host:5432/database; "
                + "in a password, write / @ : ? # % as %2F %40 %3A %3F %23 %25"
        case .unknownOption: "the PostgreSQL address has an option that libpq does not know"
        case .badPort:
            "the port of the PostgreSQL address is not a number from 1 to 65535; in a password, "
                + "write / and @ as %2F and %40"
        case .badSSLMode:
            "sslmode of the PostgreSQL address is none of disable, allow, prefer, require, "
                + "verify-ca, verify-full"
        }
    }
}
