import JSON
import Onsale
import Values

extension CancelTerms {
    /// Why a buyer's cancel is refused, in words for them.
    var text: String {
        switch self {
        case .performance(0?, _):
            return "Payments of this performance are not cancelled by their buyers."
        case .performance(let count, let end):
            var text = "A buyer may cancel "
            if let count { text += "\(count) of their " }
            text += "payments of this performance"
            if let end { text += " before \(end)" }
            return text + "."
        case .orders:
            return "A buyer may cancel \(Order.cancelsPerDayMax) orders a day (UTC)."
        }
    }

    /// The same, for programs.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        switch self {
        case .performance(let count, let end):
            json.field("cancelsPerUser", count)
            json.field("cancelUntil", utf8: end?.utf8)
        case .orders: json.field("cancelsPerDay", Order.cancelsPerDayMax)
        }
        json.endObject()
        return json.bytes
    }
}
