import Synchronization

/// The calendars of boards' time zones, one of each in a process: to read a zone's table takes
/// milliseconds.
enum BoardCalendars {
    /// As many as there are zones, at most: who has a board has looked its zone up here.
    private static let known = Mutex<[String: BoardCalendar]>([:])

    /// Nil: there is no such zone. Any thread.
    static func calendar(_ timeZone: String) -> BoardCalendar? {
        if let found = known.withLock({ $0[timeZone] }) { return found }
        guard let made = BoardCalendar(timeZone: timeZone) else { return nil }
        known.withLock { $0[timeZone] = made }
        return made
    }

    /// Of a board's own zone.
    static func of(_ board: Board) -> BoardCalendar {
        guard let calendar = calendar(board.timeZone) else {
            preconditionFailure("the board \(board.id) is of no zone")
        }
        return calendar
    }
}
