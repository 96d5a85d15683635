/// Base64 for URLs and headers, without padding (RFC 4648, section 5).
///
/// Decoding takes the one canonical spelling of some bytes and refuses every other: a token that
/// can be spelled twice can slip past whatever compares or counts tokens.
public enum Base64URL {
    public static func encodedCount(of count: Int) -> Int { (count * 4 + 2) / 3 }

    public static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        encode(bytes.span, appendingTo: &text)
        return text
    }

    public static func encodeString(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    public static func encode(_ bytes: Span<UInt8>, appendingTo text: inout [UInt8]) {
        text.reserveCapacity(text.count + encodedCount(of: bytes.count))
        var index = 0
        while index + 2 < bytes.count {
            let group =
                UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
                | UInt32(bytes[index + 2])
            text.append(letter(group >> 18))
            text.append(letter(group >> 12))
            text.append(letter(group >> 6))
            text.append(letter(group))
            index += 3
        }
        switch bytes.count - index {
        case 1:
            let group = UInt32(bytes[index]) << 4
            text.append(letter(group >> 6))
            text.append(letter(group))
        case 2:
            let group = UInt32(bytes[index]) << 10 | UInt32(bytes[index + 1]) << 2
            text.append(letter(group >> 12))
            text.append(letter(group >> 6))
            text.append(letter(group))
        default: break
        }
    }

    /// Nil for anything but the canonical spelling: other characters, padding, a length that no
    /// bytes have, or left-over bits that are not zero.
    public static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }

    public static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let rest = text.count % 4
        guard rest != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var group: UInt32 = 0
        var letters = 0
        for index in text.indices {
            let value = values[Int(text[index])]
            guard value < 64 else { return nil }
            group = group << 6 | UInt32(value)
            letters += 1
            if letters == 4 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                group = 0
                letters = 0
            }
        }
        switch rest {
        case 2:
            guard group & 0xF == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        case 3:
            guard group & 0x3 == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        default: break
        }
        return bytes
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    private static func letter(_ bits: UInt32) -> UInt8 { letters[Int(bits & 63)] }
}
