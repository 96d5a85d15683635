import CProcessShims
import Glibc
import Synchronization

/// The operator's log: lines on standard error, for what the server does and what happens to it.
/// Engines' own words stand here and nowhere else.
///
///     Log.warn("tick_failed", [("room", room.raw), ("error", "\(error)")])
///
/// One for the process, for a line may come from any thread and any module; hence the lock, which
/// is held while a line is counted, not while it is written. Secrets are no fields.
public enum Log {
    private struct State {
        var level = LogLevel.info
        var format = LogFormat.text
        var allowance = LogAllowance()
    }

    private static let state = Mutex(State())

    /// Called once, before there are other threads.
    public static func start(level: LogLevel, format: LogFormat) {
        state.withLock {
            $0.level = level
            $0.format = format
        }
    }

    static func debug(_ event: StaticString, _ fields: @autoclosure () -> Fields = []) {
        write(.debug, event, fields)
    }

    /// `kind` is a word of the program: each has lines of its own, so that many of one hide no
    /// other.
    public static func info(
        _ event: StaticString,
        kind: String = "",
        _ fields: @autoclosure () -> Fields = []
    ) {
        write(.info, event, kind: kind, fields)
    }

    public static func warn(_ event: StaticString, _ fields: @autoclosure () -> Fields = []) {
        write(.warn, event, fields)
    }

    public static func error(_ event: StaticString, _ fields: @autoclosure () -> Fields = []) {
        write(.error, event, fields)
    }

    /// Names and values in the order of the line.
    public typealias Fields = [(String, String)]

    private static func write(
        _ level: LogLevel,
        _ event: StaticString,
        kind: String = "",
        _ fields: () -> Fields
    ) {
        let name = event.description
        let counted = kind.isEmpty ? name : "\(name) \(kind)"
        let atMs = nowMs()
        let taken: (suppressed: Int, format: LogFormat)? = state.withLock { state in
            guard level >= state.level, let suppressed = state.allowance.take(counted, atMs: atMs)
            else { return nil }
            return (suppressed, state.format)
        }
        guard let taken else { return }
        var all = named(fields())
        if taken.suppressed > 0 { all.append(("suppressed", "\(taken.suppressed)")) }
        emit(LogLine(atMs: atMs, level: level, event: name, fields: all), taken.format)
    }

    private static func named(_ fields: Fields) -> [(name: String, value: String)] {
        fields.map { (name: $0.0, value: $0.1) }
    }

    private static func emit(_ line: LogLine, _ format: LogFormat) {
        unsafe line.bytes(format).withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            // It also keeps the last lines for a crash.
            unsafe cshim_log_line(start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
    }

    static func nowMs() -> Int64 {
        var time = timespec()
        unsafe _ = clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
