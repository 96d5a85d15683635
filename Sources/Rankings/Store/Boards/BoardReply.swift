import Engines

/// What every reply of a board says first, and the rest of it.
struct BoardReply: HeadedReply {
    enum Code: Int64 {
        case done = 1
        /// Events before these are missing: a Redis that came back older.
        case behind = 2
        case otherSettings = 3
        /// Some of the last 24 hours are over and not taken out.
        case unswept = 4
        /// Nothing was done: some of what was added up counts already, or might be refused.
        case torn = 5
    }

    let code: Code
    /// The last event applied.
    let cursor: Int64
    let revision: Int64
    /// By Redis's clock.
    let nowMs: Int64
    let reader: ReplyReader

    static let width = 4

    /// Nil: Redis does not know the board.
    init?(_ reader: ReplyReader) throws(StoreError) {
        let first = try reader.integer(0)
        guard first != 0 else { return nil }
        guard let code = Code(rawValue: first) else { throw .broken("a board answered \(first)") }
        self.reader = reader
        self.code = code
        cursor = try reader.integer(1)
        revision = try reader.integer(2)
        nowMs = try reader.integer(3)
    }
}
