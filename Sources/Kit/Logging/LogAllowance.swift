import EventLoop

/// How many lines of each event are written: what fails a thousand times a second is told ten times
/// in ten seconds, with the number of those left out.
struct LogAllowance {
    static let linesMax = 10
    static let windowMs: Int64 = 10_000
    /// Events are words of the program; the limit is for a mistake.
    static let eventsMax = 512

    private struct Window {
        var startMs: Int64
        var written = 0
        var suppressed = 0
    }

    private var windows = Bounded<String, Window>(eventsMax)

    /// How many lines of `event` were left out since the last one that was written; nil: this one
    /// is left out, too.
    mutating func take(_ event: String, atMs: Int64) -> Int? {
        var window = windows[event] ?? Window(startMs: atMs)
        defer { windows[event] = window }
        // A clock that was set back begins a window as well.
        if !(0..<Self.windowMs).contains(atMs - window.startMs) {
            window.startMs = atMs
            window.written = 0
        }
        guard window.written < Self.linesMax else {
            window.suppressed += 1
            return nil
        }
        window.written += 1
        defer { window.suppressed = 0 }
        return window.suppressed
    }
}
