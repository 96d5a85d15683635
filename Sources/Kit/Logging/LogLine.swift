import Glibc
import JSON

/// How much a line matters. `info` and above are written unless the operator says otherwise.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case debug, info, warn, error

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }

    public static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }
}

public enum LogFormat: String, CaseIterable, Sendable {
    /// logfmt: `name=value`, quoted as JSON where the value has blanks, quotes or controls.
    case text
    case json
}

/// One line of the log.
struct LogLine {
    /// Longer values are cut: an engine may quote a whole statement.
    static let valueBytesMax = 1_024

    var atMs: Int64
    var level: LogLevel
    /// A word of the program, the same for each line of its kind.
    var event: String
    var fields: [(name: String, value: String)]

    func bytes(_ format: LogFormat) -> [UInt8] {
        var all = [
            (name: "time", value: Self.time(atMs)), (name: "level", value: level.rawValue),
            (name: "event", value: event),
        ]
        for field in fields { all.append((field.name, Self.cut(field.value))) }
        return switch format {
        case .text: Array(all.map(Self.pair).joined(separator: " ").utf8)
        case .json: Self.object(all)
        }
    }

    private static func object(_ fields: [(name: String, value: String)]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for field in fields {
            json.name(escaping: field.name)
            json.element(field.value)
        }
        json.endObject()
        return json.finish()
    }

    private static func pair(_ field: (name: String, value: String)) -> String {
        let isPlain =
            !field.value.isEmpty
            && field.value.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
                    && $0 != UInt8(ascii: "\\")
            }
        guard !isPlain else { return field.name + "=" + field.value }
        var json = JSONWriter()
        json.element(field.value)
        return field.name + "=" + String(decoding: json.finish(), as: UTF8.self)
    }

    private static func cut(_ value: String) -> String {
        guard value.utf8.count > valueBytesMax else { return value }
        return String(decoding: value.utf8.prefix(valueBytesMax), as: UTF8.self) + "..."
    }

    /// RFC 3339 in UTC, with milliseconds.
    private static func time(_ atMs: Int64) -> String {
        var seconds = time_t(atMs / 1_000)
        var parts = unsafe tm()
        unsafe _ = gmtime_r(&seconds, &parts)
        let date = unsafe [Int(parts.tm_year) + 1_900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let clock = unsafe [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
        func digits(_ value: Int, _ count: Int = 2) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return date.map { digits($0) }.joined(separator: "-") + "T"
            + clock.map { digits($0) }.joined(separator: ":") + "." + digits(Int(atMs % 1_000), 3)
            + "Z"
    }
}
