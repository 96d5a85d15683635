/// The bytes of a document that is being written: memory that is there, and how much of it counts.
///
/// An array that is appended to looks at its size and its owner for every byte.
struct JSONBytes: Sendable {
    private var storage: [UInt8]
    private var count = 0

    init(capacity: Int) { storage = Array(repeating: 0, count: capacity) }

    var bytes: [UInt8] { Array(storage[..<count]) }

    mutating func removeAll() { count = 0 }

    /// The bytes with their memory, which is not kept.
    mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &storage)
        taken.removeLast(taken.count - count)
        count = 0
        return taken
    }

    mutating func put(_ byte: UInt8) {
        if count == storage.count { grow(by: 1) }
        storage[count] = byte
        count += 1
    }

    mutating func put(_ text: StaticString) {
        unsafe put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func put(_ text: UnsafeBufferPointer<UInt8>) {
        unsafe write(atMost: text.count) { unsafe Self.put(text, at: &$0) }
    }

    /// `"name":`, or `,"name":`.
    mutating func put(name: StaticString, afterComma: Bool) {
        unsafe write(atMost: name.utf8CodeUnitCount + 4) { place in
            if afterComma { unsafe Self.put(UInt8(ascii: ","), at: &place) }
            unsafe Self.put(UInt8(ascii: "\""), at: &place)
            let text = unsafe UnsafeBufferPointer(
                start: name.utf8Start,
                count: name.utf8CodeUnitCount
            )
            unsafe Self.put(text, at: &place)
            unsafe Self.put(UInt8(ascii: "\""), at: &place)
            unsafe Self.put(UInt8(ascii: ":"), at: &place)
        }
    }

    mutating func put(digitsOf value: Int64) {
        // 19 digits hold the magnitude of every Int64.
        var digits = [19 of UInt8](repeating: 0)
        var first = 19
        var rest = value.magnitude
        repeat {
            first -= 1
            let (tens, digit) = rest.quotientAndRemainder(dividingBy: 10)
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = tens
        } while rest > 0
        unsafe write(atMost: 20) { place in
            if value < 0 { unsafe Self.put(UInt8(ascii: "-"), at: &place) }
            for index in first..<19 { unsafe Self.put(digits[index], at: &place) }
        }
    }

    /// The text between quotes; RFC 8259 asks for escapes only below 0x20, of `"` and `\`.
    mutating func put(quoted text: UnsafeBufferPointer<UInt8>) {
        guard unsafe Self.isPlain(text) else { return unsafe put(escaping: text) }
        unsafe write(atMost: text.count + 2) { place in
            unsafe Self.put(UInt8(ascii: "\""), at: &place)
            unsafe Self.put(text, at: &place)
            unsafe Self.put(UInt8(ascii: "\""), at: &place)
        }
    }

    private mutating func put(escaping text: UnsafeBufferPointer<UInt8>) {
        put(UInt8(ascii: "\""))
        for index in text.indices {
            let byte = unsafe text[index]
            if Self.needsEscape(byte) { put(escapeOf: byte) } else { put(byte) }
        }
        put(UInt8(ascii: "\""))
    }

    private mutating func put(escapeOf byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        default:
            put("u00")
            for nibble in [byte >> 4, byte & 15] {
                put(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
            }
        }
    }

    /// Whether nothing has to be escaped. It looks at eight bytes at a time.
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(text)
        var found: UInt64 = 0
        var index = 0
        while index + 8 <= raw.count {
            let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // Sets the high bit of a byte of less than what is taken away ("Bit Twiddling Hacks",
            // hasless), and perhaps of others then: whoever escapes looks again.
            found |= (word &- ones &* 0x20) & ~word
            found |= (quotes &- ones) & ~quotes
            found |= (backslashes &- ones) & ~backslashes
            index += 8
        }
        guard found & (ones &* 0x80) == 0 else { return false }
        while index < raw.count {
            if unsafe needsEscape(raw[index]) { return false }
            index += 1
        }
        return true
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    // MARK: Memory

    /// Hands `body` the end of the document, with room for `most` bytes, to move.
    private mutating func write(
        atMost most: Int,
        _ body: (inout UnsafeMutablePointer<UInt8>) -> Void
    ) {
        if count + most > storage.count { grow(by: most) }
        let old = count
        count = unsafe storage.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return old }
            var place = unsafe start + old
            unsafe body(&place)
            return unsafe place - start
        }
    }

    private static func put(_ byte: UInt8, at place: inout UnsafeMutablePointer<UInt8>) {
        unsafe place.pointee = byte
        unsafe place += 1
    }

    private static func put(
        _ text: UnsafeBufferPointer<UInt8>,
        at place: inout UnsafeMutablePointer<UInt8>
    ) {
        guard let start = text.baseAddress else { return }
        unsafe place.update(from: start, count: text.count)
        unsafe place += text.count
    }

    private mutating func grow(by more: Int) {
        let missing = max(count + more, 2 * storage.count) - storage.count
        storage.append(contentsOf: repeatElement(0, count: missing))
    }
}
