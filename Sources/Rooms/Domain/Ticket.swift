public import Values

/// What a visitor's ticket says. It travels as an opaque, authenticated token; with it the line can
/// be put back in order when Redis has lost it.
public struct Ticket: Equatable, Sendable {
    public var room: RoomID
    public var user: UserID
    /// The room's generation when the ticket was issued; a loss of the room's state starts a new
    /// one.
    public var generation: Int64
    /// The place in line: smaller is earlier. It is the issue time in microseconds of Redis's
    /// clock, moved up where needed so that no two tickets of a room have the same.
    public var sequence: Int64
    /// When the session of an admitted visitor ends; nil while waiting. Milliseconds since 1970.
    public var sessionExpiresMs: Int64?

    public init(
        room: RoomID,
        user: UserID,
        generation: Int64,
        sequence: Int64,
        sessionExpiresMs: Int64?
    ) {
        self.room = room
        self.user = user
        self.generation = generation
        self.sequence = sequence
        self.sessionExpiresMs = sessionExpiresMs
    }

    /// Whether the visit that has `sequence` began after this ticket's was over.
    ///
    /// A visit keeps its time of arrival in every lane and through a loss of Redis, and a draw puts
    /// it before all times of arrival. So an undrawn ticket says nothing about a drawn place.
    /// Generation 0 is of another clock.
    public func isBefore(visitOf sequence: Int64) -> Bool {
        generation > 0 && LineSequence.rest(self.sequence) < LineSequence.rest(sequence)
    }
}

/// Where a visitor is in the life of a ticket.
public enum TicketState: String, Sendable {
    case waiting
    case admitted
    /// Was absent at their turn and has come back: enters next.
    case skipped
    case done
    case left
    case expired
}

/// A visitor's place, as the room saw it at one instant.
public struct Standing: Equatable, Sendable {
    public var state: TicketState
    /// People ahead in line, counted exactly; nil unless waiting.
    public var ahead: Int64?
    public var generation: Int64
    public var sequence: Int64
    /// The end of the session of an admitted visitor. Milliseconds since 1970.
    public var sessionExpiresMs: Int64?
    /// When the room wants to hear from the visitor again; nil when there is nothing to wait for.
    public var pollAfterMs: Int64?
    public var estimate: WaitEstimate?
    /// Why it is later than this visitor was told to expect; nil: it is not.
    public var estimateReason: EstimateReason?
    /// The lane of a place or a session; nil where the room has none.
    public var lane: LaneName?

    public init(
        state: TicketState,
        ahead: Int64? = nil,
        generation: Int64,
        sequence: Int64,
        sessionExpiresMs: Int64? = nil,
        pollAfterMs: Int64? = nil,
        estimate: WaitEstimate? = nil
    ) {
        self.state = state
        self.ahead = ahead
        self.generation = generation
        self.sequence = sequence
        self.sessionExpiresMs = sessionExpiresMs
        self.pollAfterMs = pollAfterMs
        self.estimate = estimate
    }
}
