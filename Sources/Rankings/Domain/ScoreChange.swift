public import Values

/// A change of a member's score that somebody sends, with a name of its own: sent again, it changes
/// nothing.
public struct ScoreChange: Equatable, Sendable {
    public var board: BoardID
    public var member: MemberID
    public var change: ScoreEvent.Change
    public var eventID: String

    public init(
        board: BoardID,
        member: MemberID,
        change: ScoreEvent.Change,
        eventID: String
    ) {
        self.board = board
        self.member = member
        self.change = change
        self.eventID = eventID
    }

    /// As an `Idempotency-Key`.
    public static let eventIDBytesMax = 255
    /// Points up or down at once, and no score may leave 0 to the last.
    public static let addRange = -PackedScore.unitsMax...PackedScore.unitsMax
    public static let setRange = 0...PackedScore.unitsMax
}

/// Fields of `Board` to set; the ones left nil keep their value, or take the default in a new one.
public struct BoardChange: Equatable, Sendable {
    /// At least one.
    public var windows: [BoardWindow]?
    /// One that the caller knows: `Asia/Seoul`.
    public var timeZone: String?

    public init() {}
}
