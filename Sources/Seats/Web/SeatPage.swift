import Site
import Values

/// The page of a performance's seats, as the server knows them now: the map, what this visitor
/// holds, or what was just bought. It is complete without a script; `seats.js` keeps it true and
/// spares the reloads.
package struct SeatPage: Sendable {
    /// What is told about what was just tried, or stands in the way.
    package enum Notice: Equatable, Sendable {
        case seatsTaken([Int])
        case seatLimit(Int)
        case insufficientPoints(missing: Int64)
        /// One without a value in it.
        case plain(SeatNotice)
    }

    var performance: Performance
    /// The concert's.
    var title: String
    var language: Language
    /// Nil while the seats cannot be reached.
    var map: SeatMap?
    var balance: Int64?
    /// What the visitor's own cookie says that they hold.
    var hold: HeldSeats?
    var receipt: Receipt?
    var notice: Notice?
    /// Counted from 1; beyond the last one it is the last.
    var section = 1
    /// What stands in the field of points to charge; nil: what is missing.
    var chargeAmount: Int64?
    /// For the forms: a reload that sends one again repeats its key.
    var keys = FormKeys()
    /// Milliseconds since 1970: tells whether the sale is open.
    var nowMs: Int64

    /// What was just bought.
    package struct Receipt: Equatable, Sendable {
        let payment: String
        let seats: [Int]
        let amount: Int64
        let balance: Int64

        package init(payment: String, seats: [Int], amount: Int64, balance: Int64) {
            self.payment = payment
            self.seats = seats
            self.amount = amount
            self.balance = balance
        }
    }

    /// A line of the map: 20 fit a wide window in one line, a phone in two.
    static let rowSeats = 20
    /// Seats on the page at once; more would make a phone slow. 25 rows.
    static let sectionSeats = 500
    /// Seconds after which a browser without a script looks again for a map that was away.
    static let refreshSeconds = TroublePage.refreshSeconds

    init(
        performance: Performance,
        title: String,
        language: Language,
        map: SeatMap?,
        nowMs: Int64
    ) {
        self.performance = performance
        self.title = title
        self.language = language
        self.map = map
        self.nowMs = nowMs
    }

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] { Template.seats[language].render(values).bytes }

    /// What the page is about; the value of `data-view`.
    enum View: String { case choose, held, paid, unavailable }

    var view: View {
        if receipt != nil { return .paid }
        if hold != nil { return .held }
        return map == nil ? .unavailable : .choose
    }

    var isOpen: Bool { performance.opening.map { $0.milliseconds <= nowMs } ?? true }

    var sections: SeatSections { SeatSections(seats: map?.states.count ?? performance.seats) }

    /// The section that is shown, counted from 1.
    var shownSection: Int { min(max(1, section), sections.count) }

    /// The line in front of the sale, whose page leads back here.
    package static func roomLink(_ performance: Performance) -> String? {
        guard let room = performance.room else { return nil }
        let query = ContinuePath(address(performance.id))?.query ?? ""
        return "/rooms/\(percentEncoded(room.raw))\(query)"
    }

    /// Names need no escapes in a path; and a cookie's path must be spelled as browsers ask for it.
    package static func address(_ performance: PerformanceID) -> String {
        "/performances/\(performance.raw)"
    }
}

/// Where the map is cut into what is shown at once.
struct SeatSections: Equatable, Sendable {
    let seats: Int

    var count: Int { max(1, (seats + SeatPage.sectionSeats - 1) / SeatPage.sectionSeats) }

    /// The numbers of the seats in a section, counted from 1.
    func numbers(_ section: Int) -> ClosedRange<Int> {
        let first = (section - 1) * SeatPage.sectionSeats + 1
        return first...max(first, min(seats, section * SeatPage.sectionSeats))
    }

    func section(of seat: Int) -> Int { (seat - 1) / SeatPage.sectionSeats + 1 }
}

/// What a page of seats can have to say about what was just tried; the script knows the same names.
package enum SeatNotice: String, CaseIterable, Sendable {
    case chooseFirst, notAdmitted, notOpenYet, soldOut, holdExpired, holdOver, balanceLimit,
        badAmount, unavailable, unauthenticated, isBeingPaid, payingAgain, givenBack, charged,
        failed
}
