/// Where the ledger is, and how connections to it are made.
struct SQLiteFile: Sendable {
    private let path: String
    private let configuration: SQLiteConfiguration

    /// Pages that the write-ahead log holds before the writer moves them into the file: 1,000 x
    /// 4 KiB are 4 MiB.
    static let checkpointPages = 1_000
    /// A log that a burst has made longer is cut back to this: 64 MiB.
    static let logBytesMax = 64 << 20
    /// A connection's cached pages: 32 MiB, in the unit of the pragma (negative: KiB).
    static let cacheKiB = -32_768

    init(_ path: String, _ configuration: SQLiteConfiguration) {
        self.path = path
        self.configuration = configuration
    }

    func writer() throws(SQLiteFailure) -> SQLiteConnection {
        let connection = try open(isReadOnly: false)
        let mode = try connection.run("pragma journal_mode = wal").rows.first?.values.first
        guard mode == .text("wal") else {
            throw SQLiteFailure(code: 1, message: "\(path): no write-ahead log here")
        }
        // A commit is on the disk when it returns.
        try set(connection, "synchronous = full")
        try set(connection, "foreign_keys = on")
        try set(connection, "wal_autocheckpoint = \(Self.checkpointPages)")
        try set(connection, "journal_size_limit = \(Self.logBytesMax)")
        try set(connection, "cache_size = \(Self.cacheKiB)")
        // What a savepoint needs to undo an entry: beyond 16 pages it would go through a file.
        try set(connection, "temp_store = memory")
        try set(connection, "trusted_schema = off")
        return connection
    }

    func reader() throws(SQLiteFailure) -> SQLiteConnection {
        let connection = try open(isReadOnly: true)
        try set(connection, "cache_size = \(Self.cacheKiB)")
        try set(connection, "trusted_schema = off")
        return connection
    }

    private func open(isReadOnly: Bool) throws(SQLiteFailure) -> SQLiteConnection {
        try SQLiteConnection(
            path: path,
            isReadOnly: isReadOnly,
            vfs: configuration.vfs,
            busyTimeoutMs: configuration.busyTimeoutMs
        )
    }

    private func set(
        _ connection: SQLiteConnection,
        _ pragma: String
    ) throws(SQLiteFailure) {
        _ = try connection.run(SQL(stringLiteral: "pragma " + pragma))
    }
}
