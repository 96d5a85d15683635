/// Base64 for URLs and headers, without padding (RFC 4648, section 5).
///
/// Decoding takes the one canonical spelling of some bytes and refuses every other: a token that
/// can be spelled twice can slip past whatever compares or counts tokens.
///
/// The loops read and write through pointers: a ticket is decoded in 1,000 instructions, where
/// arrays that are looked at and appended to letter by letter took 3,400.
public enum Base64URL {
    public static func encodedCount(of count: Int) -> Int { (count * 4 + 2) / 3 }

    /// Room for what `decode` makes of that many letters.
    static func decodedCount(of count: Int) -> Int { count * 3 / 4 }

    // MARK: Encoding

    public static func encode(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: encodedCount(of: bytes.count)) { text, count in
            count = unsafe bytes.withUnsafeBufferPointer { unsafe encode($0, into: text) }
        }
    }

    public static func encodeString(_ bytes: [UInt8]) -> String { encodeString(bytes.span) }

    public static func encodeString(_ bytes: Span<UInt8>) -> String {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe String(unsafeUninitializedCapacity: encodedCount(of: bytes.count)) {
                unsafe encode(bytes, into: $0)
            }
        }
    }

    public static func encode(_ bytes: Span<UInt8>, appendingTo text: inout [UInt8]) {
        text.append(contentsOf: encodeString(bytes).utf8)
    }

    /// `text` has room for `encodedCount`, which is answered.
    private static func encode(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        unsafe letters.withUnsafeBufferPointer { letters in
            var count = 0
            func put(_ group: UInt32, _ letterCount: Int) {
                for place in 0..<letterCount {
                    unsafe text[count + place] = letters[Int(group >> (18 - 6 * place)) & 63]
                }
                count += letterCount
            }
            var index = 0
            while index + 2 < bytes.count {
                let (high, low) = unsafe (UInt32(bytes[index]), UInt32(bytes[index + 1]))
                unsafe put(high << 16 | low << 8 | UInt32(bytes[index + 2]), 4)
                index += 3
            }
            switch bytes.count - index {
            case 1: unsafe put(UInt32(bytes[index]) << 16, 2)
            case 2: unsafe put(UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8, 3)
            default: break
            }
            return count
        }
    }

    // MARK: Decoding

    /// Nil for anything but the canonical spelling: other characters, padding, a length that no
    /// bytes have, or left-over bits that are not zero.
    public static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }

    public static func decode(_ text: String) -> [UInt8]? { decode(text.utf8.span) }

    static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var isCanonical = false
        let capacity = decodedCount(of: text.count)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
            let made = unsafe text.withUnsafeBufferPointer { unsafe decode($0, into: bytes) }
            isCanonical = made != nil
            count = made ?? 0
        }
        return isCanonical ? bytes : nil
    }

    /// The same into `bytes` from `start` on, where there is room for `decodedCount`. Answers how
    /// many there are.
    public static func decode(
        _ text: Span<UInt8>,
        into bytes: inout MutableSpan<UInt8>,
        at start: Int
    ) -> Int? {
        precondition(bytes.count - start >= decodedCount(of: text.count), "no room for the bytes")
        return unsafe text.withUnsafeBufferPointer { text in
            unsafe bytes.withUnsafeMutableBufferPointer { bytes in
                unsafe decode(text, into: UnsafeMutableBufferPointer(rebasing: bytes[start...]))
            }
        }
    }

    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        let rest = text.count % 4
        guard rest != 1 else { return nil }
        return unsafe values.withUnsafeBufferPointer { values in
            // Of all letters together: a value above 63 stays visible.
            var seen: UInt32 = 0
            func group(_ index: Int, _ letterCount: Int) -> UInt32 {
                var group: UInt32 = 0
                for place in 0..<letterCount {
                    let value = unsafe UInt32(values[Int(text[index + place])])
                    seen |= value
                    group = group << 6 | value
                }
                return group
            }
            var count = 0
            for index in stride(from: 0, to: text.count - rest, by: 4) {
                let group = group(index, 4)
                unsafe bytes[count] = UInt8(truncatingIfNeeded: group >> 16)
                unsafe bytes[count + 1] = UInt8(truncatingIfNeeded: group >> 8)
                unsafe bytes[count + 2] = UInt8(truncatingIfNeeded: group)
                count += 3
            }
            var left: UInt32 = 0
            if rest == 2 {
                let group = group(text.count - 2, 2)
                unsafe bytes[count] = UInt8(truncatingIfNeeded: group >> 4)
                left = group & 0xF
                count += 1
            } else if rest == 3 {
                let group = group(text.count - 3, 3)
                unsafe bytes[count] = UInt8(truncatingIfNeeded: group >> 10)
                unsafe bytes[count + 1] = UInt8(truncatingIfNeeded: group >> 2)
                left = group & 0x3
                count += 2
            }
            return seen < 64 && left == 0 ? count : nil
        }
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
}
