import Values

package struct Concert: Equatable, Sendable {
    package var id: ConcertID
    package var title: String

    package init(id: ConcertID, title: String) {
        self.id = id
        self.title = title
    }

    /// A title's bytes in UTF-8.
    static let titleBytesMax = 500
}

/// One evening of a concert: numbered seats at one price, behind a room or open to everybody.
package struct Performance: Equatable, Sendable {
    package var id: PerformanceID
    var concert: ConcertID
    /// The day, `2026-12-24`.
    package var date: String
    /// Nothing is held before it; nil: open from the start.
    var opening: Timestamp?
    /// Seats are numbered 1 to this. It may grow, never shrink.
    package var seats: Int
    /// Points for one seat.
    package var price: Int64
    /// Only who is inside this room may hold seats; nil: everybody may.
    package var room: RoomID?
    var holdSeconds: Int64 = 300
    /// Seats that one user may hold and have bought together.
    var maxSeatsPerUser = 4
    /// Payments of it that one user may cancel; nil: any number.
    package var cancelsPerUser: Int64? = Performance.cancelsPerUserUsual
    /// Buyers cancel before it; nil: at any time.
    package var cancelUntil: Timestamp?

    init(
        id: PerformanceID,
        concert: ConcertID,
        date: String,
        seats: Int,
        price: Int64
    ) {
        self.id = id
        self.concert = concert
        self.date = date
        self.seats = seats
        self.price = price
    }

    /// What the most seats cost that one user may hold; nil: more than 2^53 points.
    var priceOfMost: Int64? {
        Points.cost(price, times: Int64(min(maxSeatsPerUser, seats)))
    }

    /// The largest stadiums seat 100,000 to 150,000.
    static let seatsRange: ClosedRange<Int64> = 1...200_000
    /// Up to a day, as a session.
    static let holdSecondsRange: ClosedRange<Int64> = 1...86_400
    /// 100 seats keep a hold's token under 1 KiB, short enough for a path.
    static let maxSeatsPerUserRange: ClosedRange<Int64> = 1...100
    static let cancelsPerUserRange: ClosedRange<Int64> = 0...10_000
    /// More than anybody needs who changes their mind. To hold, pay and cancel once writes 8 rows
    /// that stay, so the loop of one user ends after 160.
    static let cancelsPerUserUsual: Int64 = 20
}

/// A performance with what is left of it.
package struct PerformanceListing: Equatable, Sendable {
    package var performance: Performance
    /// Seats that are not sold.
    package var available: Int
    /// Counts the operator's changes.
    var revision: Int64 = 1
}

/// Fields of `Performance` to set; the ones left nil keep their value, or take the default in a new
/// one. The inner optional is the field's own "none".
package struct PerformanceChange: Equatable, Sendable {
    package var concert: ConcertID?
    package var date: String?
    var opening: Timestamp??
    package var seats: Int?
    package var price: Int64?
    package var room: RoomID??
    var holdSeconds: Int64?
    var maxSeatsPerUser: Int?
    var cancelsPerUser: Int64??
    var cancelUntil: Timestamp??

    package init() {}
}
