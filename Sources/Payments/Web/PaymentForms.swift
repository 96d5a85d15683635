import Engines
import HTTP
import Ledger
import Points
import Seats
import Site
import Values

/// The forms of the seat page that need points. A payment answers with its receipt, and sent again
/// with its key, the same; a charge leads back to the page (303), so that a reload repeats nothing.
extension PaymentHandlers {
    /// `POST /performances/{performance}/pay`
    func payForm(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await seats.form(request) { form, visitor, user throws(Refusal) in
            guard let hold = form["hold"], let attempt = attempt(request, form, hold, user) else {
                return .notice(.plain(.failed), 400)
            }
            let removal = HoldCookie.removal(visitor.performance.id, cookies, request)
            let outcome = try await repeatable { () async throws(StoreError) in
                try await paymentStore.pay(hold, by: attempt)
            }
            switch outcome {
            case .done(let receipt): return .receipt(SeatPage.Receipt(receipt), removal)
            case .refused(.insufficientPoints): return .lacksPoints
            case .refused(.holdExpired), .refused(.unknownHold):
                return .notice(.plain(.holdExpired), 409, removal)
            case .refused(.ofAnotherUser): return .notice(.plain(.failed), 403)
            // The form sends none.
            case .refused(.couponNotUsable): return .notice(.plain(.failed), 409)
            case .mismatch: return .notice(.plain(.failed), 422)
            case .inProgress: return .again(FormKeys(pay: attempt.key), 409)
            case nil: return .again(FormKeys(pay: attempt.key), 503)
            }
        }
    }

    /// `POST /performances/{performance}/charge`
    func chargeForm(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await seats.form(request) { form, _, user throws(Refusal) in
            guard let amount = form["amount"].flatMap({ Int64($0) }),
                Points.chargeRange.contains(amount)
            else { return .notice(.plain(.badAmount), 400) }
            guard let attempt = attempt(request, form, "\(amount)", user) else {
                return .notice(.plain(.failed), 400)
            }
            let outcome = try await repeatable { () async throws(StoreError) in
                try await pointStore.charge(amount, by: attempt)
            }
            switch outcome {
            case .done: return .back(nil)
            case .refused(.balanceLimit): return .notice(.plain(.balanceLimit), 409)
            // The form sends none.
            case .refused(.referenceUsed): return .notice(.plain(.failed), 409)
            case .mismatch: return .notice(.plain(.failed), 422)
            case .inProgress: return .again(FormKeys(charge: attempt.key), 409, amount: amount)
            case nil: return .again(FormKeys(charge: attempt.key), 503, amount: amount)
            }
        }
    }
}
