import Values

extension RoomStore {
    /// For how long browsers keep a ticket: people join a room days before it opens.
    static let ticketLifeMs: Int64 = 7 * 86_400_000

    /// What a ticket of `room` says; `user`, when known, must be the ticket's own. Nil: it is
    /// none of theirs.
    package nonisolated func ticket(_ token: String, of user: UserID?, in room: RoomID) -> Ticket? {
        guard let ticket = seal.open(token, room: room), user == nil || user == ticket.user else {
            return nil
        }
        return ticket
    }
}
