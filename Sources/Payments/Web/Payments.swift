import Coupons
import Engines
import HTTP
import JSON
import Ledger
import Points
import Seats
import Site
import Values

/// Holds that become payments, and payments that are taken back.
extension PaymentHandlers {
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
            try await paymentStore.pay(hold.token, coupon: hold.coupon, by: attempt)
        }
        let receipt = try answered(outcome) { refused in
            switch refused {
            case .insufficientPoints: .points(.insufficient)
            case .holdExpired: .seat(.holdExpired)
            case .couponNotUsable: .coupon(.notUsable)
            case .ofAnotherUser: SeatHandlers.anothersHold
            case .unknownHold: SeatHandlers.unknownHold
            }
        }
        counts.count(.paid)
        return .json(201, receipt.json, headers: CacheControl.noStore)
    }

    /// `POST /api/v1/payments/{payment}/cancel`
    func cancelPayment(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await cancel(request, "payment") { id, attempt async throws(StoreError) in
            try await paymentStore.cancel(id, by: attempt)
        }
    }

    /// `POST /admin/v1/payments/{payment}/cancel`
    func cancelPaymentOfUser(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await cancelOfUser(request, "payment") { id, reason async throws(StoreError) in
            try await paymentStore.cancel(id, reason: reason)
        }
    }

    /// `GET /api/v1/users/me/payments`
    func payments(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let asked = try pageRequest(request)
        let page = try await ownList(of: user) { () async throws(StoreError) in
            try await paymentStore.payments(of: user, asked)
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
