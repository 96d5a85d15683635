/// Writes JSON straight into bytes, compact, in the order of the calls.
///
/// For the hot path: names are literals and are copied without a look, numbers and strings go into
/// the buffer without a `String` between. The caller is trusted to close what it opens.
///
///     var json = JSONWriter()
///     json.beginObject()
///     json.field("room", room)
///     json.field("position", position)  // nil becomes null
///     json.endObject()
///     respond(json.bytes)
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init(reservingBytes capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Makes ready for the next document and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    // MARK: Structure

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    public mutating func beginObject(_ name: StaticString) {
        self.name(name)
        beginObject()
    }

    public mutating func beginArray(_ name: StaticString) {
        self.name(name)
        beginArray()
    }

    /// The name of the next value. A literal that holds no quote, backslash or control character.
    public mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        let start = unsafe UnsafeBufferPointer(
            start: name.utf8Start,
            count: name.utf8CodeUnitCount
        )
        unsafe bytes.append(contentsOf: start)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the next value, where it is data.
    public mutating func name(escaping name: String) {
        element(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    public mutating func element(_ value: Int64) {
        separate()
        appendDigits(of: value)
    }

    public mutating func element(_ value: Int) { element(Int64(value)) }

    /// JSON has no infinity and no NaN: they become null.
    public mutating func element(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    public mutating func element(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    public mutating func element(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { unsafe appendEscaped($0) }
    }

    /// A string that is UTF-8 bytes already.
    public mutating func element(utf8 value: [UInt8]) {
        separate()
        unsafe value.withUnsafeBufferPointer { unsafe appendEscaped($0) }
    }

    /// JSON that was written before; it is not looked at.
    public mutating func element(json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    // MARK: Bytes

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendDigits(of value: Int64) {
        // 19 digits hold the magnitude of every Int64.
        var digits = [19 of UInt8](repeating: 0)
        var first = 19
        var rest = value.magnitude
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        for index in first..<19 { bytes.append(digits[index]) }
    }

    /// Copies whole runs that need no escape; RFC 8259 asks for it only below 0x20, `"` and `\`.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var runStart = 0
        for index in text.indices {
            let byte = unsafe text[index]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
            unsafe bytes.append(contentsOf: text[runStart..<index])
            appendEscape(of: byte)
            runStart = index + 1
        }
        unsafe bytes.append(contentsOf: text[runStart...])
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(of byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            for nibble in [byte >> 4, byte & 15] {
                bytes.append(
                    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
                )
            }
        }
    }
}
