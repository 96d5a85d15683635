import Engines
import HTTP
import JSON
import Site
import Values

/// What the operator says about coupons.
extension CouponHandlers {
    /// `PUT /admin/v1/coupons/{coupon}`
    func putCoupon(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try coupon(named: request)
        let change = try fields(request, CouponChange.fieldNames) { fields throws(JSONFieldError) in
            try CouponChange(fields)
        }
        let precondition = precondition(request) { (now: CouponRow) in now.document.tag }
        let outcome = try await stored { () async throws(StoreError) in
            try await coupons.put(change, of: id, if: precondition)
        }
        switch outcome {
        case .put(let row): return row.document.changed
        case .preconditionFailed: throw .preconditionFailed
        case .missing(let field):
            throw .invalidRequest(field: field, reason: "is missing: the coupon is new")
        case .fewerThanIssued(let least):
            throw .invalidRequest(
                field: "quantity",
                reason: "must be at least the \(least) that are issued"
            )
        case .endsBeforeStart:
            throw .invalidRequest(field: "endsAt", reason: "must be after startsAt")
        }
    }

    /// `GET /admin/v1/coupons/{coupon}`
    func adminCoupon(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try coupon(named: request)
        let row = try await stored { () async throws(StoreError) in try await coupons.row(of: id) }
        guard let row else { throw .notFound("There is no such coupon.") }
        return row.document.answer(request)
    }
}

extension CouponRow {
    fileprivate var document: OperatorDocument {
        OperatorDocument(coupon.json, revision: revision)
    }
}

extension CouponChange {
    static let fieldNames = [
        "name", "quantity", "discountAmount", "discountPercent", "startsAt", "endsAt",
    ]

    init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        name = try fields.string("name", maxBytes: Coupon.nameBytesMax)
        if name?.isEmpty == true {
            throw JSONFieldError(field: "name", reason: "must not be empty")
        }
        quantity = try fields.integer("quantity", in: Coupon.quantityRange)
        let amount = try fields.integer("discountAmount", in: Discount.amountRange)
        let percent = try fields.integer("discountPercent", in: Discount.percentRange)
        if amount != nil, percent != nil {
            throw JSONFieldError(
                field: "discountPercent",
                reason: "must not be given beside discountAmount"
            )
        }
        discount = amount.map { .amount($0) } ?? percent.map { .percent($0) }
        startsAt = try fields.nullableTime("startsAt")
        endsAt = try fields.nullableTime("endsAt")
    }
}

extension Coupon {
    /// All that the operator has said.
    fileprivate var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("coupon", id.raw)
        json.field("name", name)
        json.field("quantity", quantity)
        switch discount {
        case .amount(let points): json.field("discountAmount", points)
        case .percent(let percent): json.field("discountPercent", percent)
        }
        json.field("startsAt", utf8: startsAt?.utf8)
        json.field("endsAt", utf8: endsAt?.utf8)
        json.endObject()
        return json.bytes
    }
}
