import Engines
import HTTP
import Site
import Values

/// The page of a coupon, complete without a script.
extension CouponHandlers {
    /// `GET /coupons/{coupon}`
    func couponPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try couponOfPage(request)
        do throws(Refusal) {
            let visitor = try pageVisitor(request)
            let page = try await couponPage(id, visitor, request)
            return respond(page.render(), to: visitor, request)
        } catch {
            let lead = Words.coupons[language(request)]["notices.unavailable"]
            return try troublePage(error, id, lead, request)
        }
    }

    /// `POST /coupons/{coupon}/claim`. A success leads back to the page (303), which tells the
    /// number; a reload repeats nothing, and a claim sent again gives nobody a second one.
    func claimForm(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try couponOfPage(request)
        do throws(Refusal) {
            guard let visitor = try pageVisitor(request) else {
                return try await refused(.plain(.unauthenticated), 401, id, nil, request)
            }
            let outcome = try await repeatable { () async throws(StoreError) in
                try await coupons.claim(id, for: visitor.user)
            }
            switch outcome {
            case .issued:
                counts.count(.claimed)
                return back(to: CouponPage.address(id), visitor, request)
            case .alreadyClaimed(let number):
                return try await refused(.already(number), 409, id, visitor, request)
            case .soldOut: return try await refused(.plain(.soldOut), 410, id, visitor, request)
            case .notStarted: return try await refused(.plain(.notYet), 409, id, visitor, request)
            case .ended: return try await refused(.plain(.ended), 410, id, visitor, request)
            case .unknownCoupon: throw Self.unknownCoupon
            case nil:
                // It may have been done all the same.
                return try await refused(.plain(.stillUnknown), 503, id, visitor, request)
            }
        } catch {
            let lead = Words.coupons[language(request)]["notices.stillUnknown"]
            return try troublePage(error, id, lead, request)
        }
    }

    // MARK: Parts

    private func couponPage(_ id: CouponID, _ visitor: PageVisitor?, _ request: HTTPRequest)
        async throws(Refusal) -> CouponPage
    {
        let found = try await stored { () async throws(StoreError) in
            try await coupons.standing(id)
        }
        guard let (standing, atMs) = found else { throw Self.unknownCoupon }
        var page = CouponPage(
            standing: standing,
            atMs: atMs,
            language: language(request),
            visitor: visitor
        )
        if let visitor {
            page.sequence = try await stored { () async throws(StoreError) in
                try await coupons.sequence(of: id, for: visitor.user)
            }
        }
        return page
    }

    private func refused(
        _ notice: CouponPage.Notice,
        _ status: Int,
        _ id: CouponID,
        _ visitor: PageVisitor?,
        _ request: HTTPRequest
    ) async throws(Refusal) -> HTTPResponse {
        var page = try await couponPage(id, visitor, request)
        page.notice = notice
        return respond(page.render(), to: visitor, request, status: status)
    }

    private func couponOfPage(_ request: HTTPRequest) throws(Refusal) -> CouponID {
        guard let id = CouponID(request.parameter("coupon")) else { throw Self.unknownCoupon }
        return id
    }

    private func troublePage(
        _ refusal: Refusal,
        _ id: CouponID,
        _ lead: String,
        _ request: HTTPRequest
    ) throws(Refusal) -> HTTPResponse {
        try troublePage(
            refusal,
            request,
            headline: Words.coupons[language(request)]["labels.unavailable"],
            lead: lead,
            address: CouponPage.address(id)
        )
    }
}
