/// Why statements were not done.
public enum SQLError: Error, Sendable, Equatable {
    /// The engine is away, overrun, out of space or too slow; trying again may help. Nothing of the
    /// entry is half-done, but if the connection broke while it was being committed, all of it may
    /// be.
    case unavailable(String)
    /// Too many wait already, or waited too long, while the engine does its work. Nothing was done.
    case busy(String)
    /// A constraint refused a statement: the whole entry is undone. Often a lost race, and then an
    /// outcome for the caller.
    case violated(Violation)
    /// A wrong statement, or a value that its reader did not expect: a bug of ours.
    case broken(String)

    public struct Violation: Sendable, Equatable {
        public enum Kind: Sendable { case unique, check, foreignKey, notNull }

        public var kind: Kind
        /// The constraint's name, the same from both engines: a UNIQUE or a primary key is called
        /// `table_column_column`, a CHECK by the name it was given. Empty where the engine does not
        /// tell: SQLite's foreign keys and NOT NULL.
        public var constraint: String
        /// Which statement of the entry was refused, from 0.
        public var statement: Int

        public init(kind: Kind, constraint: String, statement: Int) {
            self.kind = kind
            self.constraint = constraint
            self.statement = statement
        }
    }

    /// For the operator: the engine's words.
    var text: String {
        switch self {
        case .unavailable(let reason), .busy(let reason), .broken(let reason): reason
        case .violated(let violation): "\(violation)"
        }
    }
}
