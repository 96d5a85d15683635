/// Cuts a `text/event-stream` into events, however its bytes are cut into pieces.
struct EventStreamReader: Sendable {
    /// Longest line; a ticket's answer is below 2 KiB. A longer one is dropped to its end.
    static let lineBytesMax = 64 * 1024

    struct Event: Equatable, Sendable {
        var name = "message"
        var data: [UInt8] = []
    }

    private var line: [UInt8] = []
    private var isOverlong = false
    private var event = Event()
    private var hasData = false

    /// The events that `bytes` complete. Comments keep the connection alive and say nothing.
    mutating func take(_ bytes: [UInt8]) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"):
                if let event = endLine() { events.append(event) }
            case UInt8(ascii: "\r"): break
            default:
                if line.count < Self.lineBytesMax { line.append(byte) } else { isOverlong = true }
            }
        }
        return events
    }

    private mutating func endLine() -> Event? {
        defer {
            line.removeAll(keepingCapacity: true)
            isOverlong = false
        }
        guard !line.isEmpty else {
            defer {
                event = Event()
                hasData = false
            }
            return hasData ? event : nil
        }
        guard !isOverlong, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        var value = line[(colon + 1)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": event.name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { event.data.append(UInt8(ascii: "\n")) }
            event.data += value
            hasData = true
        default: break
        }
        return nil
    }
}
