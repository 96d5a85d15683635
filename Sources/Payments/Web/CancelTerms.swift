import JSON
import Site
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
        case .orders(let count): return "A buyer may cancel \(count) orders a day (UTC)."
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
        case .orders(let count): json.field("cancelsPerDay", count)
        }
        json.endObject()
        return json.bytes
    }
}

/// A buyer may not cancel this, or not any more.
struct CancelNotAllowed: CapabilityRefusal, Equatable {
    let terms: CancelTerms

    var problem: Problem {
        Problem(
            409,
            "cancel_not_allowed",
            "Cancel Not Allowed",
            terms.text,
            member: ("allowed", terms.json)
        )
    }
}
