import Engines
import HTTP
import JSON
import Ledger
import Site
import Values

/// The points of whoever asks.
extension PointHandlers {
    /// `GET /api/v1/users/me/points`
    func points(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let balance = try await stored { () async throws(StoreError) in
            try await pointStore.balance(of: user)
        }
        return Self.balance(200, balance)
    }

    /// `POST /api/v1/users/me/points/charges`
    func charge(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let attempt = try Attempt(request, by: user)
        let (amount, reference) = try charge(in: request)
        let outcome = try await stored { () async throws(StoreError) in
            try await pointStore.charge(amount, reference: reference, by: attempt)
        }
        return try charged(outcome)
    }

    /// `POST /admin/v1/users/{user}/points/charges`: for the back end of a payment provider. The
    /// reference says what is the same again, so no `Idempotency-Key` is looked at.
    func chargeUser(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        guard let user = UserID(request.parameter("user")) else {
            throw .invalidRequest(field: "user", reason: "must be \(userRule)")
        }
        let (amount, reference) = try charge(in: request)
        guard let reference else { throw Refusal(JSONFieldError.missing("reference")) }
        let outcome = try await stored { () async throws(StoreError) in
            try await pointStore.charge(amount, to: user, providersReference: reference)
        }
        return try charged(outcome)
    }

    private func charge(in request: HTTPRequest) throws(Refusal) -> (Int64, reference: String?) {
        try fields(request, ["amount", "reference"]) { fields throws(JSONFieldError) in
            let amount = try fields.integer("amount", in: Points.chargeRange)
            guard let amount else { throw .missing("amount") }
            let wish = try fields.nullableString("reference", maxBytes: Attempt.keyBytesMax)
            guard case .value(let reference) = wish else { return (amount, nil) }
            guard Attempt.isKey(reference) else {
                let rule = "must be 1 to \(Attempt.keyBytesMax) printable ASCII characters"
                throw JSONFieldError(field: "reference", reason: rule)
            }
            return (amount, reference)
        }
    }

    private func charged(_ outcome: AttemptOutcome<ChargeReceipt, ChargeRefusal>)
        throws(Refusal) -> HTTPResponse
    {
        let receipt = try answered(outcome) { refused in
            switch refused {
            case .referenceUsed: .points(.referenceUsed)
            case .balanceLimit:
                .invalidRequest(
                    field: "amount",
                    reason: "would carry the balance beyond \(Points.max)"
                )
            }
        }
        if !receipt.isRepeated { counts.count(.charged) }
        return Self.balance(receipt.isRepeated ? 200 : 201, receipt.balance)
    }

    private static func balance(_ status: Int, _ balance: Int64) -> HTTPResponse {
        var json = JSONWriter(reservingBytes: 40)
        json.beginObject()
        json.field("balance", balance)
        json.endObject()
        return .json(status, json.bytes, headers: CacheControl.noStore)
    }
}
