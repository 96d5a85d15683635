import Coupons
import Engines
import HTTP
import JSON
import Ledger
import Payments
import Points
import Site
import Values

/// Orders, and orders that are taken back.
extension ShopHandlers {
    /// `POST /api/v1/orders`
    func order(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let attempt = try Attempt(request, by: user)
        let wish = try fields(request, ["lines", "coupon"]) { fields throws(JSONFieldError) in
            (lines: try OrderLine.lines(fields), coupon: try CouponID.wish(fields))
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await shopStore.order(wish.lines, coupon: wish.coupon, by: attempt)
        }
        let receipt = try answered(outcome, refusal: Self.refusal)
        counts.count(.ordered)
        return .json(201, receipt.json, headers: CacheControl.noStore)
    }

    private static func refusal(_ refused: OrderRefusal) -> Refusal {
        switch refused {
        case .insufficientPoints: .points(.insufficient)
        case .outOfStock(let product): .shop(.outOfStock(product))
        case .couponNotUsable: .coupon(.notUsable)
        case .unknownProduct(let product): .notFound("There is no product \(product).")
        case .amountLimit:
            .invalidRequest(field: "lines", reason: "must not come to more than \(Points.max)")
        }
    }

    /// `POST /api/v1/orders/{order}/cancel`
    func cancelOrder(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await cancel(request, "order") { id, attempt async throws(StoreError) in
            try await shopStore.cancel(order: id, by: attempt)
        }
    }

    /// `POST /admin/v1/orders/{order}/cancel`
    func cancelOrderOfUser(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await cancelOfUser(request, "order") { id, reason async throws(StoreError) in
            try await shopStore.cancel(order: id, reason: reason)
        }
    }

    /// `GET /api/v1/users/me/orders`
    func orders(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let asked = try pageRequest(request)
        let page = try await ownList(of: user) { () async throws(StoreError) in
            try await shopStore.orders(of: user, asked)
        }
        return answer(
            page,
            to: request,
            asked,
            headers: CacheControl.noStore,
            entryBytes: 256,
            id: \.id
        ) { json, order in
            json.beginObject()
            json.field("order", order.id)
            json.field(lines: order.lines)
            json.field("amount", order.amount)
            json.field("coupon", order.coupon?.raw)
            json.field("discount", order.discount)
            json.field("state", order.state.rawValue)
            json.field("paidAt", utf8: order.paidAt.utf8)
            json.endObject()
        }
    }
}

extension OrderLine {
    /// The `lines` of a request, each product once.
    fileprivate static func lines(_ fields: JSONObjectReader) throws(JSONFieldError) -> [OrderLine]
    {
        let given = try fields.objects(
            "lines",
            allowed: ["product", "quantity"],
            maxCount: linesMax
        ) { fields throws(JSONFieldError) in try OrderLine(fields) }
        guard let given else { throw .missing("lines") }
        guard !given.isEmpty else {
            throw JSONFieldError(field: "lines", reason: "must have at least one entry")
        }
        var seen: Set<ProductID> = []
        for line in given where !seen.insert(line.product).inserted {
            throw JSONFieldError(field: "lines", reason: "must name \(line.product) once")
        }
        return given
    }

    private init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        guard let name = try fields.string("product", maxBytes: 128) else {
            throw .missing("product")
        }
        guard let product = ProductID(name) else {
            throw JSONFieldError(field: "product", reason: "must be \(identifierRule)")
        }
        guard let quantity = try fields.integer("quantity", in: Self.quantityRange) else {
            throw .missing("quantity")
        }
        self.init(product: product, quantity: quantity)
    }
}

extension OrderReceipt {
    fileprivate var json: [UInt8] {
        var json = JSONWriter(reservingBytes: 256 + order.lines.count * 64)
        json.beginObject()
        json.field("order", order.id)
        json.field(lines: order.lines)
        json.field("amount", order.amount)
        json.field("discount", order.discount)
        json.field("balance", balance)
        json.field("paidAt", utf8: order.paidAt.utf8)
        json.endObject()
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func field(lines: [Order.PaidLine]) {
        beginArray("lines")
        for paid in lines {
            beginObject()
            field("product", paid.line.product.raw)
            field("quantity", paid.line.quantity)
            field("price", paid.price)
            endObject()
        }
        endArray()
    }
}
