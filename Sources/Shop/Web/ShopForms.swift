import Engines
import HTTP
import Ledger
import Points
import Site
import Values

/// What the forms of the shop page do. An order answers with its receipt, and sent again with its
/// key, the same; a charge leads back to the page (303), so that a reload repeats nothing.
extension ShopHandlers {
    /// `POST /shop/order`
    func orderForm(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await form(request) { form, user throws(Refusal) in
            let order: OrderForm
            do throws(OrderForm.Fault) {
                order = try OrderForm(form)
            } catch {
                return .notice(.plain(Self.notice(error)), 400)
            }
            guard let attempt = attempt(request, form, order.text, user) else {
                return .notice(.plain(.failed), 400, order)
            }
            let outcome = try await repeatable { () async throws(StoreError) in
                try await shopStore.order(order.lines, coupon: order.coupon, by: attempt)
            }
            switch outcome {
            case .done(let receipt):
                counts.count(.ordered)
                return .receipt(receipt)
            case .refused(.insufficientPoints): return .lacksPoints(order)
            case .refused(.outOfStock(let product)):
                return .notice(.outOfStock(product), 409, order)
            case .refused(.couponNotUsable):
                return .notice(.plain(.couponNotUsable), 409, order)
            case .refused(.unknownProduct): return .notice(.plain(.unknownProduct), 404, order)
            case .refused(.amountLimit): return .notice(.plain(.tooMany), 400, order)
            case .mismatch: return .notice(.plain(.keyUsed), 422, order)
            case .inProgress: return .orderAgain(order, attempt.key, 409)
            case nil: return .orderAgain(order, attempt.key, 503)
            }
        }
    }

    /// `POST /shop/charge`
    func shopChargeForm(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await form(request) { form, user throws(Refusal) in
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
            case .done:
                counts.count(.charged)
                return .back
            case .refused(.balanceLimit): return .notice(.plain(.balanceLimit), 409)
            // The form sends none.
            case .refused(.referenceUsed): return .notice(.plain(.failed), 409)
            case .mismatch: return .notice(.plain(.failed), 422)
            case .inProgress: return .chargeAgain(amount, attempt.key, 409)
            case nil: return .chargeAgain(amount, attempt.key, 503)
            }
        }
    }

    // MARK: Parts

    /// What a form leads to.
    private enum ShopAnswer {
        case back
        case notice(ShopPage.Notice, Int, OrderForm = OrderForm())
        case lacksPoints(OrderForm)
        /// It is not known what became of it: the page offers it again, with its key.
        case orderAgain(OrderForm, String, Int)
        case chargeAgain(Int64, String, Int)
        case receipt(OrderReceipt)
    }

    private static func notice(_ fault: OrderForm.Fault) -> ShopNotice {
        switch fault {
        case .empty: .chooseFirst
        case .badQuantity: .badQuantity
        case .tooMany: .tooMany
        case .badName: .failed
        }
    }

    /// Reads a form of this site's own page, finds out who sends it, and renders what comes of it.
    private func form(
        _ request: HTTPRequest,
        _ act: (FormBody, UserID) async throws(Refusal) -> ShopAnswer
    ) async throws(Refusal) -> HTTPResponse {
        let form = try ownForm(request)
        do throws(Refusal) {
            let visitor = try pageVisitor(request)
            guard let visitor else {
                return try await render(
                    .notice(.plain(.unauthenticated), 401),
                    to: nil,
                    request
                )
            }
            return try await render(try await act(form, visitor.user), to: visitor, request)
        } catch {
            return try shopTroublePage(error, request)
        }
    }

    private func render(_ answer: ShopAnswer, to visitor: PageVisitor?, _ request: HTTPRequest)
        async throws(Refusal) -> HTTPResponse
    {
        if case .back = answer { return back(to: ShopPage.address, visitor, request) }
        var page = try await shopPageAnyhow(visitor, request)
        var status = 200
        switch answer {
        case .back: break
        case .notice(let notice, let code, let choice):
            (page.notice, page.choice, status) = (notice, choice, code)
        case .lacksPoints(let choice):
            (page.choice, status) = (choice, 402)
            page.notice = .insufficientPoints(missing: page.missing)
        case .orderAgain(let choice, let key, let code):
            (page.choice, page.isPending, page.keys, status) = (
                choice, true, FormKeys(pay: key), code
            )
            page.notice = .payingAgain
        case .chargeAgain(let amount, let key, let code):
            (page.pendingCharge, page.keys, status) = (amount, FormKeys(charge: key), code)
            page.notice = .payingAgain
        case .receipt(let receipt): page.receipt = receipt
        }
        return respond(page.render(), to: visitor, request, status: status)
    }
}
