import Engines
import EventLoop
import HTTP
import Site
import Values

/// What the forms of the seat page do. A success leads back to the page (303), so that a reload
/// repeats nothing. The forms that pay are in `PaymentForms.swift`.
extension SeatHandlers {
    /// `POST /performances/{performance}/hold`
    func holdForm(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await form(request) { form, visitor, user throws(Refusal) in
            guard let seats = Self.seats(form) else { return .notice(.plain(.chooseFirst), 400) }
            let outcome = try await stored { () async throws(StoreError) in
                try await seatStore.hold(seats, of: visitor.performance.id, for: user)
            }
            switch outcome {
            case .held(let hold):
                return .back(HoldCookie.header(hold, nowMs: loop.clock.wallMs(), cookies, request))
            case .taken(let seats): return .notice(.seatsTaken(seats), 409)
            case .overLimit(let limit): return .notice(.seatLimit(limit), 409)
            case .notAdmitted:
                let opening = visitor.performance.opening?.milliseconds ?? 0
                let isEarly = opening > loop.clock.wallMs()
                return .notice(.plain(isEarly ? .notOpenYet : .notAdmitted), 403)
            case .soldOut: return .notice(.plain(.soldOut), 410)
            case .unknownSeats: return .notice(.plain(.failed), 404)
            case .unknownPerformance: throw Self.unknownPerformance
            }
        }
    }

    /// `POST /performances/{performance}/give-back`
    func giveBackForm(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try await form(request) { form, visitor, user throws(Refusal) in
            guard let hold = form["hold"] else { return .notice(.plain(.failed), 400) }
            let outcome = try await stored { () async throws(StoreError) in
                try await seatStore.release(hold, for: user)
            }
            if case .isBeingPaid = outcome { return .notice(.plain(.isBeingPaid), 409) }
            return .back(HoldCookie.removal(visitor.performance.id, cookies, request))
        }
    }

    // MARK: Parts

    /// What a form leads to.
    package enum FormAnswer {
        /// Back to the page, with a cookie.
        case back(HTTPHeader?)
        case notice(SeatPage.Notice, Int, HTTPHeader? = nil)
        case lacksPoints
        /// It is not known what became of it: the page offers it again, with its key.
        case again(FormKeys, Int, amount: Int64? = nil)
        case receipt(SeatPage.Receipt, HTTPHeader)
    }

    /// Reads a form of this site's own page, finds out who sends it, and renders what comes of it.
    package func form(
        _ request: HTTPRequest,
        _ act: (FormBody, SeatVisitor, UserID) async throws(Refusal) -> FormAnswer
    ) async throws(Refusal) -> HTTPResponse {
        let form = try ownForm(request)
        do throws(Refusal) {
            let visitor = try await seatVisitor(request)
            let answer: FormAnswer
            if let user = visitor.user {
                answer = try await act(form, visitor, user)
            } else {
                answer = .notice(.plain(.unauthenticated), 401)
            }
            return try await render(answer, request, visitor)
        } catch {
            return try troublePage(error, request)
        }
    }

    private func render(_ answer: FormAnswer, _ request: HTTPRequest, _ visitor: SeatVisitor)
        async throws(Refusal) -> HTTPResponse
    {
        if case .back(let cookie) = answer { return seatPageAgain(request, visitor, cookie) }
        var page = try await seatPage(request, visitor)
        var cookie: HTTPHeader?
        var status = 200
        switch answer {
        case .back: break
        case .notice(let notice, let code, let removal):
            (page.notice, status, cookie) = (notice, code, removal)
            if removal != nil { page.hold = nil }
        case .lacksPoints:
            let missing = max(1, (page.hold?.amount ?? 0) - (page.balance ?? 0))
            (page.notice, status) = (.insufficientPoints(missing: missing), 402)
        case .again(let keys, let code, let amount):
            (page.notice, page.keys, status) = (.plain(.payingAgain), keys, code)
            page.chargeAmount = amount
            // The map may show it as sold or free already; what became of it is not known.
            page.hold = page.hold ?? HoldCookie.read(request)
        case .receipt(let receipt, let removal):
            (page.receipt, page.hold, cookie) = (receipt, nil, removal)
        }
        var response = respond(page, to: visitor, request, status: status)
        if let cookie { response.headers.append(cookie) }
        return response
    }

    private func seatPageAgain(
        _ request: HTTPRequest,
        _ visitor: SeatVisitor,
        _ cookie: HTTPHeader?
    ) -> HTTPResponse {
        let section = request.query("section").flatMap { Int($0) }.map { "?section=\($0)" } ?? ""
        let address = SeatPage.address(visitor.performance.id) + section
        var response = back(to: address, visitor.caller, request)
        if let cookie { response.headers.append(cookie) }
        return response
    }

    /// Nil without a seat, or with what is none.
    private static func seats(_ form: FormBody) -> [Int]? {
        let given = form.all("seat")
        let seats = Set(given.compactMap { Int($0) }.filter { $0 > 0 })
        let max = Int(Performance.maxSeatsPerUserRange.upperBound)
        guard !seats.isEmpty, seats.count == Set(given).count, seats.count <= max else {
            return nil
        }
        return seats.sorted()
    }
}
