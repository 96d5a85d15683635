import HTTP
import Site
import Values

/// A hold as a browser without a script keeps it, in a cookie of the performance's page.
///
/// Only the token counts: it is sealed, and the store opens it. The rest is what the page shows,
/// and who alters it fools nobody but themselves.
struct HeldSeats: Equatable, Sendable {
    var token: String
    var seats: [Int]
    var amount: Int64
    /// Milliseconds since 1970, by Redis's clock.
    var expiresMs: Int64

    init(_ hold: Hold) {
        token = hold.token
        seats = hold.seats
        amount = hold.amount
        expiresMs = hold.expiresMs
    }

    /// As a cookie carries it: `EXPIRES~AMOUNT~1.2.3~TOKEN`.
    var cookie: String {
        "\(expiresMs)~\(amount)~\(seats.map { "\($0)" }.joined(separator: "."))~\(token)"
    }

    /// 100 seats of 6 digits and a token under 1 KiB, with room to spare.
    private static let cookieBytesMax = 4_096

    /// Nil for what this server did not write.
    init?(cookie: String) {
        guard cookie.utf8.count <= Self.cookieBytesMax else { return nil }
        let parts = cookie.split(separator: "~", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[3].isEmpty,
            let expiresMs = Int64(parts[0]), expiresMs > 0,
            let amount = Int64(parts[1]), Points.priceRange.contains(amount)
        else { return nil }
        let seats = parts[2].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard !seats.isEmpty, seats.count <= Int(Performance.maxSeatsPerUserRange.upperBound)
        else { return nil }
        self.seats = seats.compactMap { seat in
            seat.flatMap { Performance.seatsRange.contains(Int64($0)) ? $0 : nil }
        }
        guard self.seats.count == seats.count else { return nil }
        self.expiresMs = expiresMs
        self.amount = amount
        token = String(parts[3])
    }
}

/// A hold as the forms of the page keep it.
package enum HoldCookie {
    private static let name = "onsale_hold"

    static func read(_ request: HTTPRequest) -> HeldSeats? {
        for value in request.cookies(name) {
            if let hold = HeldSeats(cookie: value) { return hold }
        }
        return nil
    }

    static func header(_ hold: Hold, nowMs: Int64, _ cookies: Cookies, _ request: HTTPRequest)
        -> HTTPHeader
    {
        let seconds = max(1, (hold.expiresMs - nowMs + 999) / 1_000)
        return cookies.header(
            name,
            HeldSeats(hold).cookie,
            maxAgeSeconds: Int(seconds),
            path: SeatPage.address(hold.performance),
            request
        )
    }

    package static func removal(
        _ performance: PerformanceID,
        _ cookies: Cookies,
        _ request: HTTPRequest
    ) -> HTTPHeader {
        let path = SeatPage.address(performance)
        return cookies.header(name, "", maxAgeSeconds: 0, path: path, request)
    }
}
