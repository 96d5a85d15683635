import SQL

/// One thing that happened, as the transaction that made it true wrote it down.
package struct OutboxEvent: Sendable, Equatable {
    /// 1, 2, 3, ... without gaps, in the order in which the rows were first seen committed.
    package var number: Int64
    /// `seats.sold`, `seats.freed`, `performance.changed`, `coupon.changed`, `product.sold`,
    /// `product.returned`, `score.changed`.
    package var kind: String
    /// What it happened to: a performance, a coupon, a product, a board.
    package var subject: String
    /// JSON.
    package var payload: String
    package var atMs: Int64

    init(number: Int64, kind: String, subject: String, payload: String, atMs: Int64) {
        self.number = number
        self.kind = kind
        self.subject = subject
        self.payload = payload
        self.atMs = atMs
    }

    /// A row of `columns`.
    init(_ row: SQLRow) throws(SQLError) {
        number = try row.integer(0)
        kind = try row.text(1)
        subject = try row.text(2)
        payload = try row.text(3)
        atMs = try row.integer(4)
    }

    static let columns: SQL = "number, kind, subject, payload, at_ms"
}
