import HTTP
import JSON
import Onsale
import Store
import Values

/// What the operator takes back for a buyer. That it was taken back says what is the same again, so
/// no `Idempotency-Key` is looked at.
extension Web {
    /// `POST /admin/v1/payments/{payment}/cancel`
    func cancelPaymentOfUser(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await cancelOfUser(request, "payment") { id, reason async throws(StoreError) in
            try await sales.cancel(id, reason: reason)
        }
    }

    /// `POST /admin/v1/orders/{order}/cancel`
    func cancelOrderOfUser(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await cancelOfUser(request, "order") { id, reason async throws(StoreError) in
            try await sales.cancel(order: id, reason: reason)
        }
    }

    private func cancelOfUser(
        _ request: HTTPRequest,
        _ kind: StaticString,
        _ body: (String, String) async throws(StoreError) -> OperatorCancelOutcome
    ) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let reason = try fields(request, ["reason"]) { fields throws(JSONFieldError) in
            let reason = try fields.string("reason", maxBytes: Self.reasonBytesMax)
            guard let reason else { throw .missing("reason") }
            guard !reason.isEmpty else {
                throw JSONFieldError(field: "reason", reason: "must not be empty")
            }
            return reason
        }
        let id = request.parameter("\(kind)")
        let unknown = Refusal.notFound("There is no such \(kind).")
        guard id.utf8.count <= Self.nameBytesMax else { throw unknown }
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

    /// A sentence or two.
    private static let reasonBytesMax = 500
}
