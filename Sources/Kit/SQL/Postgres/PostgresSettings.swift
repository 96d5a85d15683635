import Glibc

/// What libpq is told when it connects.
enum PostgresSettings {
    enum Role { case writer, reader, migrator }

    /// The endpoint's, for one of its hosts, and what the ledger needs.
    static func all(
        _ endpoint: PostgresEndpoint,
        host: PostgresHost,
        role: Role,
        _ configuration: PostgresConfiguration
    ) -> [(name: String, value: String)] {
        var settings = endpoint.parameters.map { (name: $0.name, value: $0.value) }
        func override(_ name: String, _ value: String) {
            settings.removeAll { $0.name == name }
            settings.append((name, value))
        }
        func fallBack(_ name: String, _ value: String) {
            if !settings.contains(where: { $0.name == name }) { settings.append((name, value)) }
        }
        override("client_encoding", "UTF8")
        fallBack("application_name", "onsale")
        // A host that has vanished is found out though nobody asks it anything: after 45 s.
        fallBack("keepalives_idle", "30")
        fallBack("keepalives_interval", "5")
        fallBack("keepalives_count", "3")
        // A look for Kerberos tickets may block; who wants it, says so.
        fallBack("gssencmode", "disable")
        // Never a standby: it knows less than was promised. (Our readers are no `read-write`.)
        switch role {
        case .reader: override("target_session_attrs", "primary")
        case .writer, .migrator: override("target_session_attrs", "read-write")
        }
        if let name = host.name { override("host", name) }
        if let address = host.address { override("hostaddr", address) }
        if let port = host.port { override("port", port) }
        let given = endpoint.value(of: "options").map { $0 + " " } ?? ""
        override("options", given + options(role, configuration))
        return settings
    }

    private static func options(_ role: Role, _ configuration: PostgresConfiguration) -> String {
        var options = [
            "statement_timeout=\(configuration.statementTimeoutMs)",
            "lock_timeout=\(configuration.lockTimeoutMs)",
            "idle_in_transaction_session_timeout=\(configuration.idleInTransactionTimeoutMs)",
        ]
        switch role {
        case .writer: break
        case .reader: options.append("default_transaction_read_only=on")
        // It waits for another process that migrates, and for its own long steps.
        case .migrator:
            options.replaceSubrange(0..<2, with: ["statement_timeout=0", "lock_timeout=0"])
        }
        return options.map { "-c \($0)" }.joined(separator: " ")
    }

    /// Calls `body` with libpq's two arrays, which end in a null.
    static func withPointers<Value>(
        _ settings: [(name: String, value: String)],
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>
        ) -> Value?
    ) -> Value? {
        let names = unsafe settings.map { unsafe UnsafePointer<CChar>(strdup($0.name)) } + [nil]
        let values = unsafe settings.map { unsafe UnsafePointer<CChar>(strdup($0.value)) } + [nil]
        defer {
            unsafe names.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
            unsafe values.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
        }
        return unsafe names.withUnsafeBufferPointer { names in
            unsafe values.withUnsafeBufferPointer { values in
                guard let names = names.baseAddress, let values = values.baseAddress
                else { return nil }
                return unsafe body(names, values)
            }
        }
    }
}
