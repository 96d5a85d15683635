import JSON
import SQL

/// What a sale writes into the outbox, in the entry that makes it true.
extension Ledger {
    /// A row that `fields` are the payload of.
    package static func event(
        _ kind: String,
        subject: String,
        atMs: Int64,
        _ fields: (inout JSONWriter) -> Void
    ) -> SQL {
        """
        insert into outbox (kind, subject, payload, at_ms)
        values (\(kind), \(subject), \(payload(fields)), \(atMs))
        """
    }

    /// The object of these fields.
    package static func payload(_ fields: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.beginObject()
        fields(&json)
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
