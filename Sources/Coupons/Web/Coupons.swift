import Engines
import HTTP
import JSON
import Site
import Values

/// Coupons for the first who come.
extension CouponHandlers {
    /// `GET /api/v1/coupons/{coupon}`
    func coupon(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try coupon(named: request)
        let found = try await stored { () async throws(StoreError) in
            try await coupons.standing(id)
        }
        guard let (standing, atMs) = found else { throw Self.unknownCoupon }
        var json = JSONWriter()
        json.beginObject()
        json.field("coupon", id.raw)
        json.field("name", standing.coupon.name)
        json.field("quantity", standing.coupon.quantity)
        json.field("issued", standing.issued)
        json.field("remaining", standing.remaining)
        json.field("state", standing.state(at: atMs).rawValue)
        json.endObject()
        // What is left changes with every claim.
        return .json(200, json.bytes, headers: CacheControl.noCache)
    }

    /// `POST /api/v1/coupons/{coupon}/claims`
    func claim(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try coupon(named: request)
        let user = try callers.requiredUser(request)
        try requireEmptyBody(request)
        let outcome = try await stored { () async throws(StoreError) in
            try await coupons.claim(id, for: user)
        }
        let claim = try issued(outcome)
        counts.count(.claimed)
        var json = JSONWriter()
        json.beginObject()
        json.field("coupon", claim.coupon.raw)
        json.field("sequence", claim.sequence)
        json.field("remaining", claim.remaining)
        json.field("claimedAt", utf8: claim.claimedAt.utf8)
        json.endObject()
        return .json(201, json.bytes, headers: CacheControl.noStore)
    }

    /// The claim, or why there is none.
    func issued(_ outcome: ClaimOutcome) throws(Refusal) -> Claim {
        switch outcome {
        case .issued(let claim): return claim
        case .alreadyClaimed(let number): throw .coupon(.alreadyClaimed(number))
        case .soldOut: throw .coupon(.soldOut)
        case .notStarted(let inMs): throw .coupon(.notStarted(inMs: inMs))
        case .ended: throw .coupon(.ended)
        case .unknownCoupon: throw Self.unknownCoupon
        }
    }

    /// `GET /api/v1/users/me/coupons`
    func ownCoupons(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try callers.requiredUser(request)
        let asked = try pageRequest(request)
        let page = try await ownList(of: user) { () async throws(StoreError) in
            try await coupons.owned(by: user, asked)
        }
        return answer(
            page,
            to: request,
            asked,
            headers: CacheControl.noStore,
            entryBytes: 128,
            id: \.coupon.raw
        ) { json, coupon in
            json.beginObject()
            json.field("coupon", coupon.coupon.raw)
            json.field("sequence", coupon.sequence)
            json.field("claimedAt", utf8: coupon.claimedAt.utf8)
            json.field("usedAt", utf8: coupon.usedAt?.utf8)
            json.endObject()
        }
    }

    func coupon(named request: HTTPRequest) throws(Refusal) -> CouponID {
        guard let coupon = CouponID(request.parameter("coupon")) else {
            throw .invalidRequest(field: "coupon", reason: "must be \(identifierRule)")
        }
        return coupon
    }

    static let unknownCoupon = Refusal.notFound("There is no such coupon.")
}

extension CouponID {
    /// The `coupon` of a request; nil: none is wished for.
    package static func wish(_ fields: JSONObjectReader) throws(JSONFieldError) -> CouponID? {
        guard case .value(let name) = try fields.nullableString("coupon", maxBytes: 128) else {
            return nil
        }
        guard let coupon = CouponID(name) else {
            throw JSONFieldError(field: "coupon", reason: "must be \(identifierRule)")
        }
        return coupon
    }
}
