import Values

/// A change of a member's score that somebody sends, with a name of its own: sent again, it changes
/// nothing.
struct ScoreChange: Equatable, Sendable {
    var board: BoardID
    var member: MemberID
    var change: ScoreEvent.Change
    var eventID: String

    /// As an `Idempotency-Key`.
    static let eventIDBytesMax = 255
    /// Points up or down at once, and no score may leave 0 to the last.
    static let addRange = -PackedScore.unitsMax...PackedScore.unitsMax
    static let setRange = 0...PackedScore.unitsMax
}

/// Fields of `Board` to set; the ones left nil keep their value, or take the default in a new one.
struct BoardChange: Equatable, Sendable {
    /// At least one.
    var windows: [BoardWindow]?
    /// One that the caller knows: `Asia/Seoul`.
    var timeZone: String?

    init() {}
}
