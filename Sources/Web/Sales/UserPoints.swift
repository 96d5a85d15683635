import HTTP
import JSON
import Onsale
import Store

/// The points of whoever asks.
extension Web {
    /// `GET /api/v1/users/me/points`
    func points(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let balance = try await stored { () async throws(StoreError) in
            try await sales.balance(of: user)
        }
        return Self.balance(200, balance)
    }

    /// `POST /api/v1/users/me/points/charges`
    func charge(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let attempt = try Attempt(request, by: user)
        let amount = try fields(request, ["amount"]) { fields throws(JSONFieldError) in
            let amount = try fields.integer("amount", in: Points.chargeRange)
            guard let amount else { throw .missing("amount") }
            return amount
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await sales.charge(amount, by: attempt)
        }
        let balance = try answered(outcome) { refused in
            switch refused {
            case .balanceLimit:
                .invalidRequest(
                    field: "amount",
                    reason: "would carry the balance beyond \(Points.max)"
                )
            }
        }
        counts.count(.charged)
        return Self.balance(201, balance)
    }

    private static func balance(_ status: Int, _ balance: Int64) -> HTTPResponse {
        var json = JSONWriter(reservingBytes: 40)
        json.beginObject()
        json.field("balance", balance)
        json.endObject()
        return .json(status, json.bytes, headers: TicketCookie.noStore)
    }
}
