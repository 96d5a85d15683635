/// What a place in line (`Ticket.sequence`) is made of. Smaller is earlier.
///
/// It is a whole number below 2^53, so that a double, which is what Redis orders a line by, holds
/// it exactly:
///
///     sequence = lane x 2^51 + rest
///
/// `rest` from 2^50 on is the time of arrival, in microseconds of Redis's clock, moved up where
/// needed so that none is given twice: the clock has passed 2^50 in 2005 and reaches 2^51 in 2041.
/// `rest` below 2^50 was drawn: whoever was drawn stands before whoever came later.
enum LineSequence {
    /// Lanes of a room: the line itself, which is lane 0, and three with a name.
    static let lanesMax = 4
    static let laneSpan: Int64 = 1 << 51
    /// The first sequence of a lane that the clock can give.
    static let clockStart: Int64 = 1 << 50

    static func lane(_ sequence: Int64) -> Int { Int(sequence / laneSpan) }

    /// The sequence without its lane.
    static func rest(_ sequence: Int64) -> Int64 { sequence % laneSpan }

    static func isDrawn(_ sequence: Int64) -> Bool { rest(sequence) < clockStart }
}
