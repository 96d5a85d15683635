import Engines
import HTTP
import JSON
import Ledger
import Points
import Site

/// Taking back what was paid with points: the same for all that is sold.
extension Handlers {
    /// Takes back what the path's parameter `kind` names.
    package func cancel(
        _ request: HTTPRequest,
        _ kind: StaticString,
        _ body: (String, Attempt) async throws(StoreError) -> AttemptOutcome<
            CancelReceipt, CancelRefusal
        >
    ) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let attempt = try Attempt(request, by: user)
        try requireEmptyBody(request)
        let id = request.parameter("\(kind)")
        let unknown = Refusal.notFound("There is no such \(kind).")
        guard id.utf8.count <= CancelLimits.nameBytesMax else { throw unknown }
        let outcome = try await stored { () async throws(StoreError) in
            try await body(id, attempt)
        }
        let receipt = try answered(outcome) { refused in
            switch refused {
            case .ofAnotherUser: .forbidden("The \(kind) is another user's.")
            case .unknownPayment: unknown
            case .balanceLimit: .points(.balanceLimit)
            case .notAllowed(let terms): .capability(CancelNotAllowed(terms: terms))
            }
        }
        counts.count(.cancelled)
        var json = JSONWriter()
        json.beginObject()
        json.field(kind, cancelled: receipt)
        json.endObject()
        return .json(200, json.bytes, headers: CacheControl.noStore)
    }

    /// What the operator takes back for a buyer. That it was taken back says what is the same
    /// again, so no `Idempotency-Key` is looked at.
    package func cancelOfUser(
        _ request: HTTPRequest,
        _ kind: StaticString,
        _ body: (String, String) async throws(StoreError) -> OperatorCancelOutcome
    ) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let reason = try fields(request, ["reason"]) { fields throws(JSONFieldError) in
            let reason = try fields.string("reason", maxBytes: CancelLimits.reasonBytesMax)
            guard let reason else { throw .missing("reason") }
            guard !reason.isEmpty else {
                throw JSONFieldError(field: "reason", reason: "must not be empty")
            }
            return reason
        }
        let id = request.parameter("\(kind)")
        let unknown = Refusal.notFound("There is no such \(kind).")
        guard id.utf8.count <= CancelLimits.nameBytesMax else { throw unknown }
        let outcome = try await stored { () async throws(StoreError) in try await body(id, reason) }
        switch outcome {
        case .cancelled(let receipt, let reason):
            counts.count(.cancelled)
            var json = JSONWriter()
            json.beginObject()
            json.field(kind, cancelled: receipt)
            json.field("reason", reason)
            json.endObject()
            return .json(200, json.bytes, headers: CacheControl.noStore)
        case .unknown: throw unknown
        case .balanceLimit: throw .points(.balanceLimit)
        }
    }
}

private enum CancelLimits {
    /// Longer than any name of a payment or an order.
    static let nameBytesMax = 128
    /// A sentence or two.
    static let reasonBytesMax = 500
}

extension JSONWriter {
    /// What was cancelled, under its `kind`.
    fileprivate mutating func field(_ kind: StaticString, cancelled receipt: CancelReceipt) {
        field(kind, receipt.payment)
        field("state", Payment.State.cancelled.rawValue)
        field("balance", receipt.balance)
    }
}
