/// Prepared statements by their text, the ones used lately.
///
/// Two generations: a full young one becomes the old one, and what was old and not used meanwhile
/// is let go. So a text in use keeps its statement, and texts that occur once (a list of another
/// length) push out only each other.
struct SQLiteStatements {
    private var young: [String: SQLiteStatement] = [:]
    private var old: [String: SQLiteStatement] = [:]

    /// Statements in a generation: 2 x 256 x ~4 KB are 2 MB.
    static let generationMax = 256

    var count: Int { young.count + old.count }

    mutating func statement(
        _ text: String,
        orMake make: () throws(SQLiteFailure) -> SQLiteStatement
    ) throws(SQLiteFailure) -> SQLiteStatement {
        if let statement = young[text] { return statement }
        let statement = if let kept = old.removeValue(forKey: text) { kept } else { try make() }
        if young.count >= Self.generationMax {
            old = young
            young.removeAll(keepingCapacity: true)
        }
        young[text] = statement
        return statement
    }
}
