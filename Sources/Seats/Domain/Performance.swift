public import Values

public struct Concert: Equatable, Sendable {
    public var id: ConcertID
    public var title: String

    public init(id: ConcertID, title: String) {
        self.id = id
        self.title = title
    }

    /// A title's bytes in UTF-8.
    public static let titleBytesMax = 500
}

/// One evening of a concert: numbered seats at one price, behind a room or open to everybody.
public struct Performance: Equatable, Sendable {
    public var id: PerformanceID
    public var concert: ConcertID
    /// The day, `2026-12-24`.
    public var date: String
    /// Nothing is held before it; nil: open from the start.
    public var opening: Timestamp?
    /// Seats are numbered 1 to this. It may grow, never shrink.
    public var seats: Int
    /// Points for one seat.
    public var price: Int64
    /// Only who is inside this room may hold seats; nil: everybody may.
    public var room: RoomID?
    public var holdSeconds: Int64 = 300
    /// Seats that one user may hold and have bought together.
    public var maxSeatsPerUser = 4
    /// Payments of it that one user may cancel; nil: any number.
    public var cancelsPerUser: Int64? = Performance.cancelsPerUserUsual
    /// Buyers cancel before it; nil: at any time.
    public var cancelUntil: Timestamp?

    public init(
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
    public var priceOfMost: Int64? {
        Points.cost(price, times: Int64(min(maxSeatsPerUser, seats)))
    }

    /// The largest stadiums seat 100,000 to 150,000.
    public static let seatsRange: ClosedRange<Int64> = 1...200_000
    /// Up to a day, as a session.
    public static let holdSecondsRange: ClosedRange<Int64> = 1...86_400
    /// 100 seats keep a hold's token under 1 KiB, short enough for a path.
    public static let maxSeatsPerUserRange: ClosedRange<Int64> = 1...100
    public static let cancelsPerUserRange: ClosedRange<Int64> = 0...10_000
    /// More than anybody needs who changes their mind. To hold, pay and cancel once writes 8 rows
    /// that stay, so the loop of one user ends after 160.
    public static let cancelsPerUserUsual: Int64 = 20
}

/// A performance with what is left of it.
public struct PerformanceListing: Equatable, Sendable {
    public var performance: Performance
    /// Seats that are not sold.
    public var available: Int
    /// Counts the operator's changes.
    public var revision: Int64

    public init(performance: Performance, available: Int, revision: Int64 = 1) {
        self.performance = performance
        self.available = available
        self.revision = revision
    }
}

/// Fields of `Performance` to set; the ones left nil keep their value, or take the default in a new
/// one. The inner optional is the field's own "none".
public struct PerformanceChange: Equatable, Sendable {
    public var concert: ConcertID?
    public var date: String?
    public var opening: Timestamp??
    public var seats: Int?
    public var price: Int64?
    public var room: RoomID??
    public var holdSeconds: Int64?
    public var maxSeatsPerUser: Int?
    public var cancelsPerUser: Int64??
    public var cancelUntil: Timestamp??

    public init() {}
}
