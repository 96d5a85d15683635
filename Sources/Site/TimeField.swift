import JSON
import Values

extension JSONObjectReader {
    /// An instant or null; nil: it is not there.
    package func nullableTime(_ name: String) throws(JSONFieldError) -> Timestamp?? {
        switch try nullableString(name, maxBytes: 40) {
        case .absent: return nil
        case .null: return .some(nil)
        case .value(let text):
            guard let time = Timestamp(rfc3339: text), time.milliseconds > 0 else {
                throw JSONFieldError(field: name, reason: "must be an RFC 3339 time after 1970")
            }
            return .some(time)
        }
    }
}
