import Values

/// What an operator decides about a room (`PUT /admin/v1/rooms/{room}`).
struct RoomSettings: Equatable, Sendable {
    enum Show: String, Sendable, CaseIterable { case exact, band, hidden }
    enum LineOrder: String, Sendable, CaseIterable { case fifo, draw }
    /// What the room does while its state cannot be reached.
    enum StoreErrorPolicy: String, Sendable, CaseIterable { case wait, admit }

    /// At most this many sessions inside; nil: no limit.
    var capacity: Int64?
    /// At most this many admissions in any 60 s; nil: no limit.
    var rate: Int64?
    /// How long one may stay inside, whatever they do.
    var sessionSeconds: Int64 = 600
    /// Ends a session that showed no sign of life for this long; nil: never.
    var idleSeconds: Int64?
    /// How long an absent visitor's turn is kept after they were passed over.
    var graceSeconds: Int64 = 300
    /// Before it everybody waits; nil: open from the start.
    var opening: Timestamp?
    var order = LineOrder.fifo
    var show = Show.exact
    var onStoreError = StoreErrorPolicy.wait
    /// Addresses that may use one session at a time; nil: no limit.
    var clientsPerSession: Int64?
    /// Named lanes beside the line; nil: there are none. Changed by a request of their own.
    var lanes: RoomLanes?

    init() {}

    /// Sessions inside: Redis holds about 200 bytes for each.
    static let capacityRange: ClosedRange<Int64> = 0...1_000_000
    /// Admissions in 60 s: 1,000,000 are 16,700 a second, beyond what one Redis admits.
    static let rateRange: ClosedRange<Int64> = 0...1_000_000
    /// A session, an idle limit, a grace: at most a day.
    static let sessionRange: ClosedRange<Int64> = 1...86_400
    static let idleRange: ClosedRange<Int64> = 1...86_400
    static let graceRange: ClosedRange<Int64> = 0...86_400
    /// A phone that changes its network has two for a moment.
    static let clientsRange: ClosedRange<Int64> = 1...8
}

/// Fields of `RoomSettings` to set; the ones left nil keep their value. The inner optional is the
/// setting's own "no limit".
package struct RoomChange: Equatable, Sendable {
    package var capacity: Int64??
    var rate: Int64??
    package var sessionSeconds: Int64?
    var idleSeconds: Int64??
    var graceSeconds: Int64?
    var opening: Timestamp??
    var order: RoomSettings.LineOrder?
    var show: RoomSettings.Show?
    var onStoreError: RoomSettings.StoreErrorPolicy?
    var clientsPerSession: Int64??

    package init() {}

    /// The settings after this change.
    func applied(to old: RoomSettings) -> RoomSettings {
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
package enum RoomState: String, Sendable, CaseIterable {
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
