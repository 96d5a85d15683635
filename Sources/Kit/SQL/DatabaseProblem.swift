/// What keeps an engine from taking entries; the raw values are the codes that `/readyz` prints.
public enum DatabaseTrouble: String, Sendable, CaseIterable {
    /// Not connected, or it fails otherwise.
    case away = "ledger_away"
    /// It answers, and refuses writes: a standby, or an operator's setting.
    case readOnly = "ledger_read_only"
    /// Its disk is full.
    case full = "ledger_full"
    /// Writes wait: for a synchronous standby, a lock, a disk.
    case slow = "ledger_slow"
}

/// A trouble and its cause in the engine's words, for the operator.
public struct DatabaseProblem: Sendable, Equatable {
    public var trouble: DatabaseTrouble
    public var reason: String

    public init(trouble: DatabaseTrouble, reason: String) {
        self.trouble = trouble
        self.reason = reason
    }
}
