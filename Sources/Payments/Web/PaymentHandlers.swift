import HTTP
import Points
import Seats
import Site

/// Payments for held seats over HTTP.
package final class PaymentHandlers: Handlers {
    package let site: Site
    /// What is paid, and the page on which it is.
    let seats: SeatHandlers
    package let paymentStore: PaymentStore
    let pointStore: PointStore

    init(
        site: Site,
        seats: SeatHandlers,
        paymentStore: PaymentStore,
        pointStore: PointStore
    ) {
        self.site = site
        self.seats = seats
        self.paymentStore = paymentStore
        self.pointStore = pointStore
    }
}

extension PaymentHandlers {
    /// Every path that it answers.
    package static let table: [Route<PaymentHandlers>] = [
        // Programs
        Route(.post, "/api/v1/payments") { $0.pay },
        Route(.post, "/api/v1/payments/{payment}/cancel") { $0.cancelPayment },
        Route(.get, "/api/v1/users/me/payments") { $0.payments }.counted(as: .list),

        // The operator
        Route(.post, "/admin/v1/payments/{payment}/cancel") { $0.cancelPaymentOfUser },

        // Pages
        Route(.post, "/performances/{performance}/pay") { $0.payForm },
        Route(.post, "/performances/{performance}/charge") { $0.chargeForm },
    ]
    package static let openAPI: String? = "Payments/openapi.json"
}
