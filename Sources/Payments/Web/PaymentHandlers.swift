import HTTP
public import Store

/// Payments for held seats over HTTP.
public final class PaymentHandlers: Handlers {
    public let site: Site
    /// What is paid, and the page on which it is.
    let seats: SeatHandlers
    let paymentStore: PaymentStore
    let pointStore: PointStore

    public init(
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
    public static let table: [Route<PaymentHandlers>] = [
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
    public static let openAPI: String? = "Payments/openapi.json"
}
