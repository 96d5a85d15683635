/// The requests of the contract for one performance.
struct ShopAddresses: Sendable {
    private let api: String
    private let performance: String
    private let settings: String

    init(url: String, performance: String) {
        api = url + "/api/v1"
        settings = "\(url)/admin/v1/performances/\(performance)"
        self.performance = "\(api)/performances/\(performance)"
    }

    /// Entries that a page of a list may have at most.
    static let pageEntries = 200

    /// A page of the concerts, behind the one called `last`.
    func concerts(after last: String?) -> Request {
        Request(method: .get, url: "\(api)/concerts" + Self.page(after: last))
    }

    func performances(of concert: String, after last: String?) -> Request {
        Request(
            method: .get,
            url: "\(api)/concerts/\(concert)/performances" + Self.page(after: last)
        )
    }

    private static func page(after last: String?) -> String {
        "?limit=\(pageEntries)" + (last.map { "&after=\($0)" } ?? "")
    }

    /// Sets what is given and answers all settings.
    func write(holdSeconds: Int?, adminKey: String) -> Request {
        var text = JSONText()
        text.object { if let holdSeconds { $0.add("holdSeconds", holdSeconds) } }
        return Request(
            method: .put,
            url: settings,
            headers: ["Authorization: Bearer " + adminKey],
            body: text.bytes
        )
    }

    /// The newest of a visitor: none buys more often in a rehearsal.
    func payments(user: String) -> Request {
        Request(
            method: .get,
            url: api + "/users/me/payments" + Self.page(after: nil),
            headers: ["X-User-Id: " + user]
        )
    }

    /// `subject` is the hold's token or the payment; `ticket` the newest of the room.
    func request(
        _ errand: Errand,
        user: String,
        subject: String = "",
        ticket: String = "",
        etag: String? = nil
    ) -> Request {
        var headers = ["X-User-Id: " + user]
        if let key = errand.key { headers.append(Self.keyHeader(user, "\(key)")) }
        switch errand {
        case .look:
            if let etag { headers.append("If-None-Match: " + etag) }
            var request = Request(method: .get, url: performance + "/seats", headers: headers)
            request.wantsETag = true
            return request
        case .balance:
            return Request(method: .get, url: api + "/users/me/points", headers: headers)
        case .charge(let amount, _): return charge("\(amount)", headers)
        case .hold(let seats): return hold(seats, headers, ticket)
        case .release:
            return Request(method: .delete, url: api + "/holds/" + subject, headers: headers)
        case .pay: return pay(subject, headers)
        case .cancel:
            let url = api + "/payments/\(subject)/cancel"
            return Request(method: .post, url: url, headers: headers)
        case .lie: return Request(method: .get, url: api, headers: headers)
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
        let own = ["X-User-Id: " + user]
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
        case .releaseForeign:
            Request(method: .delete, url: api + "/holds/" + foreign, headers: own)
        case .otherBody: charge("1", own + [Self.keyHeader(user, "\(key)")])
        }
    }

    private static func keyHeader(_ user: String, _ key: String) -> String {
        "Idempotency-Key: \(user)-\(key)"
    }

    private func charge(_ amount: String, _ headers: [String]) -> Request {
        Request(
            method: .post,
            url: api + "/users/me/points/charges",
            headers: headers,
            body: Array("{\"amount\":\(amount)}".utf8)
        )
    }

    private func pay(_ hold: String, _ headers: [String]) -> Request {
        var text = JSONText()
        text.object { $0.add("hold", hold) }
        return Request(
            method: .post,
            url: api + "/payments",
            headers: headers,
            body: text.bytes
        )
    }

    private func hold(_ seats: [Int], _ headers: [String], _ ticket: String) -> Request {
        var text = JSONText()
        text.object { text in
            text.list("seats") { text in for seat in seats { text.add(nil, seat) } }
        }
        return Request(
            method: .post,
            url: performance + "/holds",
            headers: ticket.isEmpty ? headers : headers + ["Onsale-Ticket: " + ticket],
            body: text.bytes
        )
    }
}
