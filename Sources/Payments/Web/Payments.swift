import HTTP
import JSON
import Onsale
import Store
import Values

/// Holds that become payments, and payments that are taken back.
extension Web {
    /// `POST /api/v1/payments`
    func pay(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let attempt = try Attempt(request, by: user)
        let hold = try fields(request, ["hold", "coupon"]) { fields throws(JSONFieldError) in
            let hold = try fields.string("hold", maxBytes: Self.holdBytesMax)
            guard let hold else { throw .missing("hold") }
            return (token: hold, coupon: try CouponID.wish(fields))
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await sales.pay(hold.token, coupon: hold.coupon, by: attempt)
        }
        let receipt = try answered(outcome) { refused in
            switch refused {
            case .insufficientPoints: .points(.insufficient)
            case .holdExpired: .seat(.holdExpired)
            case .couponNotUsable: .coupon(.notUsable)
            case .ofAnotherUser: Self.anothersHold
            case .unknownHold: Self.unknownHold
            }
        }
        counts.count(.paid)
        return .json(201, receipt.json, headers: CacheControl.noStore)
    }

    /// `POST /api/v1/payments/{payment}/cancel`
    func cancel(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await cancel(request, "payment") { id, attempt async throws(StoreError) in
            try await sales.cancel(id, by: attempt)
        }
    }

    /// Takes back what the path's parameter `kind` names.
    func cancel(
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
        guard id.utf8.count <= Self.nameBytesMax else { throw unknown }
        let outcome = try await stored { () async throws(StoreError) in
            try await body(id, attempt)
        }
        let receipt = try answered(outcome) { refused in
            switch refused {
            case .ofAnotherUser: .forbidden("The \(kind) is another user's.")
            case .unknownPayment: unknown
            case .balanceLimit: .points(.balanceLimit)
            case .notAllowed(let terms): .points(.cancelNotAllowed(terms))
            }
        }
        counts.count(.cancelled)
        var json = JSONWriter()
        json.beginObject()
        json.field(kind, cancelled: receipt)
        json.endObject()
        return .json(200, json.bytes, headers: CacheControl.noStore)
    }

    /// `GET /api/v1/users/me/payments`
    func payments(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let asked = try pageRequest(request)
        let page = try await ownList(of: user) { () async throws(StoreError) in
            try await sales.payments(of: user, asked)
        }
        return answer(
            page,
            to: request,
            asked,
            headers: CacheControl.noStore,
            entryBytes: 192,
            id: \.id
        ) { json, payment in
            json.beginObject()
            json.field("payment", payment.id)
            json.field("performance", payment.performance.raw)
            json.field(seats: payment.seats)
            json.field("amount", payment.amount)
            json.field("state", payment.state.rawValue)
            json.field("paidAt", utf8: payment.paidAt.utf8)
            json.endObject()
        }
    }

    /// A token of 100 seats is under 1 KiB.
    private static let holdBytesMax = 1_024
    /// Longer than any name of a payment or an order.
    static let nameBytesMax = 128
}

extension JSONWriter {
    /// What was cancelled, under its `kind`.
    mutating func field(_ kind: StaticString, cancelled receipt: CancelReceipt) {
        field(kind, receipt.payment)
        field("state", Payment.State.cancelled.rawValue)
        field("balance", receipt.balance)
    }
}

extension PaymentReceipt {
    fileprivate var json: [UInt8] {
        var json = JSONWriter(reservingBytes: 1024)
        json.beginObject()
        json.field("payment", payment.id)
        json.field("hold", payment.hold)
        json.field("performance", payment.performance.raw)
        json.field(seats: payment.seats)
        json.field("amount", payment.amount)
        json.field("balance", balance)
        json.field("paidAt", utf8: payment.paidAt.utf8)
        json.endObject()
        return json.bytes
    }
}

extension SeatPage.Receipt {
    init(_ receipt: PaymentReceipt) {
        self.init(
            payment: receipt.payment.id,
            seats: receipt.payment.seats,
            amount: receipt.payment.amount,
            balance: receipt.balance
        )
    }
}
