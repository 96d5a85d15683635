import EventLoop
public import Onsale

extension RoomStore {
    /// What a ticket of `room` says; `user`, when known, must be the ticket's own. Nil: it is
    /// none of theirs.
    public nonisolated func ticket(_ token: String, of user: UserID?, in room: RoomID) -> Ticket? {
        guard let ticket = seal.open(token, room: room), user == nil || user == ticket.user else {
            return nil
        }
        return ticket
    }

    /// Whom a ticket of `room` names, wherever their visit stands; nil when it was not sealed here
    /// for this room, or too long ago.
    public func owner(ofTicket token: String, in room: RoomID) -> UserID? {
        guard let ticket = seal.open(token, room: room) else { return nil }
        // A sequence is the time of entering, in microseconds; whoever was drawn was in line at the
        // opening.
        let openingMs = registry.room(room)?.settings.opening?.milliseconds ?? 0
        let isDrawn = LineSequence.isDrawn(ticket.sequence)
        let enteredMs = isDrawn ? openingMs : LineSequence.rest(ticket.sequence) / 1_000
        return loop.clock.wallMs() - enteredMs < Self.ownershipMs ? ticket.user : nil
    }

    /// A day in line, as the cookie lives, and a session of up to a day. A ticket that leaked into
    /// some log does not stand for its owner for ever.
    static let ownershipMs: Int64 = 2 * 86_400_000
}
