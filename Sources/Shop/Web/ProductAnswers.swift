import Coupons
import Engines
import HTTP
import JSON
import Ledger
import Site
import Values

/// What the shop has, for everybody to read, and for the operator to say.
extension ShopHandlers {
    /// `GET /api/v1/products`
    func products(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let asked = try pageRequest(request)
        let page = try await stored { () async throws(StoreError) in
            try await shopStore.products(asked)
        }
        return answer(
            page,
            to: request,
            asked,
            headers: CacheControl.noCache,
            entryBytes: 128,
            id: \.id.raw
        ) { json, product in json.element(product) }
    }

    /// `GET /api/v1/products/{product}`
    func product(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try productID(request)
        let product = try await stored { () async throws(StoreError) in
            try await shopStore.revisedProduct(id)
        }
        guard let product else { throw Self.unknownProduct }
        let document = product.document
        let headers = CacheControl.noCache + [HTTPHeader("ETag", document.tag)]
        if request.knows(document.tag) { return HTTPResponse(status: 304, headers: headers) }
        return .json(200, document.json, headers: headers)
    }

    /// `GET /admin/v1/products/{product}`
    func adminProduct(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try productID(request)
        let product = try await stored { () async throws(StoreError) in
            try await shopStore.revisedProduct(id)
        }
        guard let product else { throw Self.unknownProduct }
        return product.document.answer(request)
    }

    private static let unknownProduct = Refusal.notFound("There is no such product.")

    /// `PUT /admin/v1/products/{product}`
    func putProduct(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try productID(request)
        let change = try fields(request, ProductChange.fieldNames) {
            fields throws(JSONFieldError) in try ProductChange(fields)
        }
        let precondition = precondition(request) { (now: Revised<Product>) in now.document.tag }
        let outcome = try await stored { () async throws(StoreError) in
            try await shopStore.put(change, of: id, if: precondition)
        }
        switch outcome {
        case .put(let product): return product.document.changed
        case .preconditionFailed: throw .preconditionFailed
        case .missing(let field):
            throw .invalidRequest(field: field, reason: "is missing: the product is new")
        }
    }

    /// `PATCH /admin/v1/products/{product}`
    func patchProduct(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try productID(request)
        var attempt: Attempt?
        if request.header("Idempotency-Key") != nil {
            attempt = try Attempt(request, by: .theOperator)
        }
        let patch = try fields(request, ProductChange.fieldNames) {
            fields throws(JSONFieldError) in try ProductPatch(fields)
        }
        let precondition = precondition(request) { (now: Revised<Product>) in now.document.tag }
        let outcome = try await stored { () async throws(StoreError) in
            try await shopStore.patch(patch, of: id, if: precondition, by: attempt)
        }
        let product = try answered(outcome) { refused in
            switch refused {
            case .unknownProduct: Self.unknownProduct
            case .preconditionFailed: .preconditionFailed
            case .tooLittle: .shop(.outOfStock(id))
            case .tooMuch:
                .invalidRequest(
                    field: "stock.add",
                    reason: "would carry the stock beyond \(Product.stockRange.upperBound)"
                )
            }
        }
        return product.document.changed
    }

    private func productID(_ request: HTTPRequest) throws(Refusal) -> ProductID {
        guard let product = ProductID(request.parameter("product")) else {
            throw .invalidRequest(field: "product", reason: "must be \(identifierRule)")
        }
        return product
    }
}

extension Revised<Product> {
    /// Orders change the stock, and so the text, without a revision.
    fileprivate var document: OperatorDocument {
        var json = JSONWriter()
        json.element(value)
        return OperatorDocument(json.bytes, revision: revision)
    }
}

extension ProductPatch {
    fileprivate init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        name = try ProductChange.name(fields)
        price = try fields.integer("price", in: Points.priceRange)
        let added = try fields.object("stock", allowed: ["add"]) {
            fields throws(JSONFieldError) in
            guard let added = try fields.integer("add", in: Self.addedRange) else {
                throw .missing("add")
            }
            return added
        }
        stockAdded = added ?? 0
    }
}

extension ProductChange {
    fileprivate static let fieldNames = ["name", "price", "stock"]

    fileprivate init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        name = try Self.name(fields)
        price = try fields.integer("price", in: Points.priceRange)
        stock = try fields.integer("stock", in: Product.stockRange)
    }

    fileprivate static func name(_ fields: JSONObjectReader) throws(JSONFieldError) -> String? {
        let name = try fields.string("name", maxBytes: Coupon.nameBytesMax)
        if name?.isEmpty == true {
            throw JSONFieldError(field: "name", reason: "must not be empty")
        }
        return name
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
