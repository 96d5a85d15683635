import EventLoop
public import Onsale

extension RoomStore {
    /// Whom a ticket of `room` names, wherever their visit stands; nil when it was not sealed here
    /// for this room, or too long ago.
    public func owner(ofTicket token: String, in room: RoomID) -> UserID? {
        guard let ticket = seal.open(token, room: room) else { return nil }
        // A sequence is the time of entering, in microseconds.
        let enteredMs = ticket.sequence / 1_000
        return loop.clock.wallMs() - enteredMs < Self.ownershipMs ? ticket.user : nil
    }

    /// A day in line, as the cookie lives, and a session of up to a day. A ticket that leaked into
    /// some log does not stand for its owner for ever.
    private static let ownershipMs: Int64 = 2 * 86_400_000
}
