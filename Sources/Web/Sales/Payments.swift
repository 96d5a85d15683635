import HTTP
import JSON
import Onsale
import Store

/// Holds that become payments, and payments that are taken back.
extension Web {
    /// `POST /api/v1/payments`
    func pay(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try await buyer(request)
        let attempt = try Attempt(request, by: user)
        let hold = try fields(request, ["hold", "coupon"]) { fields throws(JSONFieldError) in
            let hold = try fields.string("hold", maxBytes: Self.holdBytesMax)
            guard let hold else { throw .missing("hold") }
            let coupon = try fields.nullableString("coupon", maxBytes: 128)
            return (token: hold, coupon: coupon)
        }
        // There are no coupons yet.
        if case .value = hold.coupon { throw .sale(.couponNotUsable) }
        let outcome = try await stored { () async throws(StoreError) in
            try await sales.pay(hold.token, by: attempt)
        }
        let receipt = try answered(outcome) { refused in
            switch refused {
            case .insufficientPoints: .sale(.insufficientPoints)
            case .holdExpired: .sale(.holdExpired)
            case .ofAnotherUser: Self.anothersHold
            case .unknownHold: Self.unknownHold
            }
        }
        counts.count(.paid)
        return .json(201, receipt.json, headers: TicketCookie.noStore)
    }

    /// `POST /api/v1/payments/{payment}/cancel`
    func cancel(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try await buyer(request)
        let attempt = try Attempt(request, by: user)
        try requireEmptyBody(request)
        let payment = request.parameter("payment")
        guard payment.utf8.count <= Self.paymentBytesMax else { throw Self.unknownPayment }
        let outcome = try await stored { () async throws(StoreError) in
            try await sales.cancel(payment, by: attempt)
        }
        let receipt = try answered(outcome) { refused in
            switch refused {
            case .ofAnotherUser: .forbidden("The payment is another user's.")
            case .unknownPayment: Self.unknownPayment
            case .balanceLimit: .sale(.balanceLimit)
            }
        }
        counts.count(.cancelled)
        var json = JSONWriter()
        json.beginObject()
        json.field("payment", receipt.payment)
        json.field("state", Payment.State.cancelled.rawValue)
        json.field("balance", receipt.balance)
        json.endObject()
        return .json(200, json.bytes, headers: TicketCookie.noStore)
    }

    /// `GET /api/v1/users/me/payments`
    func payments(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try await buyer(request)
        let payments = try await stored { () async throws(StoreError) in
            try await sales.payments(of: user)
        }
        var json = JSONWriter(reservingBytes: 64 + payments.count * 192)
        json.beginArray()
        for payment in payments {
            json.beginObject()
            json.field("payment", payment.id)
            json.field("performance", payment.performance.raw)
            json.field(seats: payment.seats)
            json.field("amount", payment.amount)
            json.field("state", payment.state.rawValue)
            json.field("paidAt", utf8: payment.paidAt.utf8)
            json.endObject()
        }
        json.endArray()
        return .json(200, json.bytes, headers: TicketCookie.noStore)
    }

    /// A token of 100 seats is under 1 KiB.
    private static let holdBytesMax = 1_024
    /// Longer than any name of a payment.
    private static let paymentBytesMax = 128

    private static let unknownPayment = Refusal.notFound("There is no such payment.")
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
