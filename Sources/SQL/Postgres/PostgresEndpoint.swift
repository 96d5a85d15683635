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
        var message: UnsafeMutablePointer<CChar>?
        defer { unsafe PQfreemem(message) }
        guard let list = unsafe PQconninfoParse(text, &message) else {
            let reason = unsafe message.map { unsafe String(cString: $0) } ?? ""
            // Only this text of libpq's is sure not to quote the password.
            guard reason.hasPrefix("invalid URI query parameter") else { throw .malformed }
            throw .unknownOption(String(reason.split(separator: "\n").first ?? ""))
        }
        defer { unsafe PQconninfoFree(list) }
        let endpoint = unsafe PostgresEndpoint(parameters: parameters(in: list))
        try endpoint.check()
        return endpoint
    }

    func value(of name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// libpq would find these only when it connects.
    private func check() throws(PostgresEndpointError) {
        for port in (value(of: "port") ?? "").split(separator: ",") {
            guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }),
                UInt16(port) ?? 0 > 0
            else { throw .badPort(String(port)) }
        }
        if let mode = value(of: "sslmode"), !Self.sslModes.contains(mode) {
            throw .badSSLMode(mode)
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
        let host = value(of: "host") ?? ""
        let isPath = host.hasPrefix("/")
        var text = "postgres://\(access)"
        if !isPath { text += host.contains(":") ? "[\(host)]" : host }
        if let port = value(of: "port") { text += ":\(port)" }
        text += "/" + (value(of: "dbname") ?? "")
        let shown: Set<String> = ["user", "password", "port", "dbname"]
        let options = parameters.filter {
            !shown.contains($0.name) && ($0.name != "host" || isPath)
        }
        .map { "\($0.name)=\($0.isSecret ? "***" : $0.value)" }
        return text + (options.isEmpty ? "" : "?" + options.joined(separator: "&"))
    }

    public var debugDescription: String { description }
}

/// What is wrong with the text of an endpoint. No case carries a password.
public enum PostgresEndpointError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownScheme
    case malformed
    case unknownOption(String)
    case badPort(String)
    case badSSLMode(String)

    public var description: String {
        switch self {
        case .unknownScheme: "a PostgreSQL address starts with postgres:// or postgresql://"
        case .malformed:
            "the PostgreSQL address is not like postgres://user:password@host:5432/database"
        case .unknownOption(let reason): "the PostgreSQL address: \(reason)"
        case .badPort(let text): "PostgreSQL port \"\(text)\" is not a number from 1 to 65535"
        case .badSSLMode(let text):
            "sslmode \"\(text)\" is none of disable, allow, prefer, require, verify-ca, verify-full"
        }
    }
}
