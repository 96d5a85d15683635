public import EventLoop

/// How the ledger's file is used.
public struct SQLiteConfiguration: Sendable {
    /// Measures how long entries take and a transaction is open; dates migrations.
    public var clock = Clock.system

    /// Entries that wait before a caller is turned away.
    var entriesPendingMax = GroupCommit.pendingMax

    /// Reads that wait before a caller is turned away: 8,192 x ~1 KB are 8 MB.
    var readsPendingMax = 8_192

    /// How long a transaction waits for a lock of another process: a backup, an operator's shell.
    var busyTimeoutMs = 2_000

    /// Called by the writer's thread at each step of a group commit: where tests let the process
    /// die or wait.
    public var probe: (@Sendable (SQLiteDatabase.CommitStep) -> Void)?

    /// Called by a reader's thread before each read that it does: where tests look or wait.
    var readProbe: (@Sendable (ReadClass) -> Void)?

    /// SQLite's file layer by its name; nil is the system's. Tests put a failing disk here.
    var vfs: String?

    public init() {}
}
