import JSON

/// The requests of the contract for one performance.
struct ShopAddresses: Sendable {
    private let api: String
    private let performance: String
    private let settings: String
    private let operatorHeader: [String]

    init(url: String, performance: String, adminKey: String?) {
        api = url + "/api/v1"
        settings = "\(url)/admin/v1/performances/\(performance)"
        self.performance = "\(api)/performances/\(performance)"
        operatorHeader = Request.operatorHeader(adminKey)
    }

    static let pageEntries = 200

    /// A page of the concerts, behind the one called `last`.
    func concerts(after last: String?) -> Request {
        Request(.get, "\(api)/concerts" + Self.page(after: last))
    }

    func performances(of concert: String, after last: String?) -> Request {
        Request(.get, "\(api)/concerts/\(concert)/performances" + Self.page(after: last))
    }

    private static func page(after last: String?) -> String {
        "?limit=\(pageEntries)" + (last.map { "&after=\($0)" } ?? "")
    }

    var isOperators: Bool { !operatorHeader.isEmpty }

    /// Sets what is given and answers all settings.
    func write(holdSeconds: Int?) -> Request {
        let body = JSONWriter.object { json in
            if let holdSeconds { json.field("holdSeconds", holdSeconds) }
        }
        return Request(.put, settings, operatorHeader, body: body)
    }

    /// The newest of a visitor: none buys more often in a rehearsal.
    func payments(user: String) -> Request {
        let url = api + "/users/me/payments" + Self.page(after: nil)
        return Request(.get, url, Request.userHeader(user))
    }

    /// `subject` is the hold's token or the payment; `ticket` the newest of the room.
    func request(
        _ errand: Errand,
        user: String,
        subject: String = "",
        ticket: String = "",
        etag: String? = nil
    ) -> Request {
        var headers = Request.userHeader(user)
        if let key = errand.key { headers.append(Self.keyHeader(user, "\(key)")) }
        switch errand {
        case .look:
            if let etag { headers.append("If-None-Match: " + etag) }
            var request = Request(.get, performance + "/seats", headers)
            request.wantsETag = true
            return request
        case .balance: return Request(.get, api + "/users/me/points", headers)
        case .charge(let amount, _): return charge("\(amount)", headers)
        case .hold(let seats): return hold(seats, headers, ticket)
        case .release: return Request(.delete, api + "/holds/" + subject, headers)
        case .pay: return pay(subject, headers)
        case .cancel: return Request(.post, api + "/payments/\(subject)/cancel", headers)
        case .lie: return Request(.get, api, headers)
        }
    }

    /// A lie: `foreign` is another visitor's hold, `key` the key of the liar's own payment.
    func request(
        _ lie: ShopLie,
        user: String,
        foreign: String,
        key: Int,
        seats: [Int],
        ticket: String
    ) -> Request {
        let own = Request.userHeader(user)
        let keyed = own + [Self.keyHeader(user, "lie")]
        return switch lie {
        case .holdEarly, .tooMany: hold(seats, own, ticket)
        case .seatZero: hold([0], own, ticket)
        case .seatBeyond: hold([1_000_000_000], own, ticket)
        case .seatTwice: hold([seats.first ?? 1, seats.first ?? 1], own, ticket)
        case .noSeats: hold([], own, ticket)
        case .chargeZero: charge("0", keyed)
        case .chargeNegative: charge("-1", keyed)
        case .chargeBeyond: charge("9007199254740993", keyed)
        case .chargeKeyless: charge("1", own)
        case .payForeign, .payForged: pay(foreign, keyed)
        case .releaseForeign: Request(.delete, api + "/holds/" + foreign, own)
        case .otherBody: charge("1", own + [Self.keyHeader(user, "\(key)")])
        }
    }

    private static func keyHeader(_ user: String, _ key: String) -> String {
        "Idempotency-Key: \(user)-\(key)"
    }

    private func charge(_ amount: String, _ headers: [String]) -> Request {
        let body = Array("{\"amount\":\(amount)}".utf8)
        return Request(.post, api + "/users/me/points/charges", headers, body: body)
    }

    private func pay(_ hold: String, _ headers: [String]) -> Request {
        let body = JSONWriter.object { $0.field("hold", hold) }
        return Request(.post, api + "/payments", headers, body: body)
    }

    private func hold(_ seats: [Int], _ headers: [String], _ ticket: String) -> Request {
        let body = JSONWriter.object { json in
            json.beginArray("seats")
            for seat in seats { json.element(seat) }
            json.endArray()
        }
        let all = ticket.isEmpty ? headers : headers + ["Onsale-Ticket: " + ticket]
        return Request(.post, performance + "/holds", all, body: body)
    }
}
