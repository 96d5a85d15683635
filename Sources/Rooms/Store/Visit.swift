import Values

/// A visitor's standing, with the tokens to hand out.
package struct Visit: Sendable, Equatable {
    var room: RoomID
    var user: UserID
    package var standing: Standing
    var show: RoomSettings.Show
    /// The newest ticket of this visitor.
    package var token: String
    /// What a back end checks offline; only for the admitted.
    var pass: String?
    /// As the room has them now: before the opening everybody waits.
    var opening: Timestamp?
    var order = RoomSettings.LineOrder.fifo
    /// This very request gave the place.
    var isNewcomer = false

    init(
        room: RoomID,
        user: UserID,
        standing: Standing,
        show: RoomSettings.Show,
        token: String,
        pass: String? = nil
    ) {
        self.room = room
        self.user = user
        self.standing = standing
        self.show = show
        self.token = token
        self.pass = pass
    }

    /// A session that no store knows (`RoomStore.passThrough`).
    var isPassThrough: Bool { standing.generation == 0 }
}

/// What became of a visitor's request to a room.
package enum VisitOutcome: Sendable, Equatable {
    case visit(Visit)
    case closed
    /// A newcomer is refused.
    case soldOut
    /// The visitor keeps their place in line: something may come back.
    case soldOutInLine
    /// As many stand in line as the server allows.
    case full
    /// Forged, garbled, another user's or another room's.
    case ticketInvalid
    /// Not a code of this room, or of none of its lanes.
    case codeInvalid
    case codeUsedUp
    case unknownRoom
}
