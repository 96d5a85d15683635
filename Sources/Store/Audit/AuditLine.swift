import SQL

/// One promise, held against live data.
public struct AuditLine: Sendable, Equatable {
    public enum Finding: Sendable, Equatable {
        case kept
        case broken
        /// An engine that it takes is away.
        case notChecked
    }

    /// The promise, in words.
    public var promise: String
    public var finding: Finding
    /// What was counted, or what breaks it.
    public var detail: String

    public init(_ promise: String, _ finding: Finding, _ detail: String) {
        self.promise = promise
        self.finding = finding
        self.detail = detail
    }
}

/// A promise of the ledger: one statement that lists what breaks it, and one number that tells how
/// much was looked at.
struct LedgerCheck: Sendable {
    let promise: String
    /// One row with one number.
    let looked: SQL
    let unit: String
    /// A row for each break; its first column names it.
    let breaks: SQL

    /// Breaks that a line names.
    static let namedMax = 5
}
