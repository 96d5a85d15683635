import HTTP
import JSON
import Onsale
import Store

/// What the shop has, for everybody to read, and for the operator to say.
extension Web {
    /// `GET /api/v1/products`
    func products(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let asked = try pageRequest(request)
        let page = try await stored { () async throws(StoreError) in
            try await sales.products(asked)
        }
        return answer(
            page,
            to: request,
            asked,
            headers: Self.listHeaders,
            entryBytes: 128,
            id: \.id.raw
        ) { json, product in json.element(product) }
    }

    /// `GET /api/v1/products/{product}`
    func product(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try productID(request)
        let product = try await stored { () async throws(StoreError) in
            try await sales.product(id)
        }
        guard let product else { throw .notFound("There is no such product.") }
        return Self.answer(product, headers: Self.listHeaders)
    }

    /// `PUT /admin/v1/products/{product}`
    func putProduct(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try productID(request)
        let change = try fields(request, ProductChange.fieldNames) {
            fields throws(JSONFieldError) in try ProductChange(fields)
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await sales.put(change, of: id)
        }
        switch outcome {
        case .put(let product): return Self.answer(product, headers: TicketCookie.noStore)
        case .missing(let field):
            throw .invalidRequest(field: field, reason: "is missing: the product is new")
        }
    }

    private func productID(_ request: HTTPRequest) throws(Refusal) -> ProductID {
        guard let product = ProductID(request.parameter("product")) else {
            throw .invalidRequest(field: "product", reason: "must be \(identifierRule)")
        }
        return product
    }

    private static func answer(_ product: Product, headers: [HTTPHeader]) -> HTTPResponse {
        var json = JSONWriter()
        json.element(product)
        return .json(200, json.bytes, headers: headers)
    }
}

extension ProductChange {
    fileprivate static let fieldNames = ["name", "price", "stock"]

    fileprivate init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        name = try fields.string("name", maxBytes: Coupon.nameBytesMax)
        if name?.isEmpty == true {
            throw JSONFieldError(field: "name", reason: "must not be empty")
        }
        price = try fields.integer("price", in: Points.priceRange)
        stock = try fields.integer("stock", in: Product.stockRange)
    }
}

extension JSONWriter {
    fileprivate mutating func element(_ product: Product) {
        beginObject()
        field("product", product.id.raw)
        field("name", product.name)
        field("price", product.price)
        field("stock", product.stock)
        endObject()
    }
}
