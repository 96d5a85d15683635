import Values

/// What a visitor's ticket says. It travels as an opaque, authenticated token; with it the line can
/// be put back in order when Redis has lost it.
package struct Ticket: Equatable, Sendable {
    var room: RoomID
    var user: UserID
    /// The room's generation when the ticket was issued; a loss of the room's state starts a new
    /// one.
    var generation: Int64
    /// The place in line: smaller is earlier. It is the issue time in microseconds of Redis's
    /// clock, moved up where needed so that no two tickets of a room have the same.
    var sequence: Int64
    /// When the session of an admitted visitor ends; nil while waiting. Milliseconds since 1970.
    var sessionExpiresMs: Int64?

    /// Whether the visit that has `sequence` began after this ticket's was over.
    ///
    /// A visit keeps its time of arrival in every lane and through a loss of Redis, and a draw puts
    /// it before all times of arrival. So an undrawn ticket says nothing about a drawn place.
    /// Generation 0 is of another clock.
    func isBefore(visitOf sequence: Int64) -> Bool {
        generation > 0 && LineSequence.rest(self.sequence) < LineSequence.rest(sequence)
    }
}

/// Where a visitor is in the life of a ticket.
package enum TicketState: String, Sendable {
    case waiting
    case admitted
    /// Was absent at their turn and has come back: enters next.
    case skipped
    case done
    case left
    case expired
}

/// A visitor's place, as the room saw it at one instant.
package struct Standing: Equatable, Sendable {
    package var state: TicketState
    /// People ahead in line, counted exactly; nil unless waiting.
    var ahead: Int64?
    var generation: Int64
    var sequence: Int64
    /// The end of the session of an admitted visitor. Milliseconds since 1970.
    var sessionExpiresMs: Int64?
    /// When the room wants to hear from the visitor again; nil when there is nothing to wait for.
    package var pollAfterMs: Int64?
    var estimate: WaitEstimate?
    /// Why it is later than this visitor was told to expect; nil: it is not.
    var estimateReason: EstimateReason?
    /// The lane of a place or a session; nil where the room has none.
    var lane: LaneName?

    init(
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
