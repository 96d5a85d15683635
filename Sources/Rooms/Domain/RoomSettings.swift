public import Values

/// What an operator decides about a room (`PUT /admin/v1/rooms/{room}`).
public struct RoomSettings: Equatable, Sendable {
    public enum Show: String, Sendable, CaseIterable { case exact, band, hidden }
    public enum LineOrder: String, Sendable, CaseIterable { case fifo, draw }
    /// What the room does while its state cannot be reached.
    public enum StoreErrorPolicy: String, Sendable, CaseIterable { case wait, admit }

    /// At most this many sessions inside; nil: no limit.
    public var capacity: Int64?
    /// At most this many admissions in any 60 s; nil: no limit.
    public var rate: Int64?
    /// How long one may stay inside, whatever they do.
    public var sessionSeconds: Int64 = 600
    /// Ends a session that showed no sign of life for this long; nil: never.
    public var idleSeconds: Int64?
    /// How long an absent visitor's turn is kept after they were passed over.
    public var graceSeconds: Int64 = 300
    /// Before it everybody waits; nil: open from the start.
    public var opening: Timestamp?
    public var order = LineOrder.fifo
    public var show = Show.exact
    public var onStoreError = StoreErrorPolicy.wait
    /// Addresses that may use one session at a time; nil: no limit.
    public var clientsPerSession: Int64?
    /// Named lanes beside the line; nil: there are none. Changed by a request of their own.
    public var lanes: RoomLanes?

    public init() {}

    /// Sessions inside: Redis holds about 200 bytes for each.
    public static let capacityRange: ClosedRange<Int64> = 0...1_000_000
    /// Admissions in 60 s: 1,000,000 are 16,700 a second, beyond what one Redis admits.
    public static let rateRange: ClosedRange<Int64> = 0...1_000_000
    /// A session, an idle limit, a grace: at most a day.
    public static let sessionRange: ClosedRange<Int64> = 1...86_400
    public static let idleRange: ClosedRange<Int64> = 1...86_400
    public static let graceRange: ClosedRange<Int64> = 0...86_400
    /// A phone that changes its network has two for a moment.
    public static let clientsRange: ClosedRange<Int64> = 1...8
}

/// Fields of `RoomSettings` to set; the ones left nil keep their value. The inner optional is the
/// setting's own "no limit".
public struct RoomChange: Equatable, Sendable {
    public var capacity: Int64??
    public var rate: Int64??
    public var sessionSeconds: Int64?
    public var idleSeconds: Int64??
    public var graceSeconds: Int64?
    public var opening: Timestamp??
    public var order: RoomSettings.LineOrder?
    public var show: RoomSettings.Show?
    public var onStoreError: RoomSettings.StoreErrorPolicy?
    public var clientsPerSession: Int64??

    public init() {}

    /// The settings after this change.
    public func applied(to old: RoomSettings) -> RoomSettings {
        var new = old
        if let capacity { new.capacity = capacity }
        if let rate { new.rate = rate }
        if let sessionSeconds { new.sessionSeconds = sessionSeconds }
        if let idleSeconds { new.idleSeconds = idleSeconds }
        if let graceSeconds { new.graceSeconds = graceSeconds }
        if let opening { new.opening = opening }
        if let order { new.order = order }
        if let show { new.show = show }
        if let onStoreError { new.onStoreError = onStoreError }
        if let clientsPerSession { new.clientsPerSession = clientsPerSession }
        return new
    }
}

/// Whether the door of a room moves.
public enum RoomState: String, Sendable, CaseIterable {
    /// Visitors enter the line and are admitted.
    case open
    /// The line stands still; visitors may join it.
    case paused
    /// No newcomers; who stands in line is still admitted.
    case draining
    /// Nobody joins and nobody is admitted; running sessions end by themselves.
    case closed
    /// As closed, because nothing is left to buy.
    case soldOut = "sold_out"
}
