/// A code that lets its bearer into a lane, in the one spelling that counts: capitals, without
/// dashes and blanks; O is 0, and I and L are 1, so that what was read aloud or copied by hand is
/// the same code.
///
/// Of Unicode's compatibility forms (NFKC) it takes what keyboards, input methods and copied text
/// put in place of ASCII: full-width letters, digits and signs, every dash and every blank. Other
/// forms, as letters in circles, nobody types; they are no code.
package struct LaneCode: Hashable, Sendable {
    let raw: String

    /// A code as it was typed, in bytes: 64 characters, of which the widest take 4.
    static let typedMax = 256
    static let lengthRange = 4...40
    /// What a code may be, in words for an error.
    static let rule = "4 to 40 letters and digits, dashes and blanks aside"
    /// Codes that one request makes. Each is a row of ~150 B: 1.5 MB.
    static let countRange: ClosedRange<Int64> = 1...10_000
    static let usesRange: ClosedRange<Int64> = 1...1_000_000

    /// Nil: nothing that can be a code.
    init?(_ typed: String) {
        guard typed.utf8.count <= Self.typedMax else { return nil }
        var plain: [UInt8] = []
        for scalar in typed.unicodeScalars {
            if Self.isSeparator(scalar.value) { continue }
            guard let byte = UInt8(exactly: Self.narrowed(scalar.value)) else { return nil }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): plain.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): plain.append(Self.folded(byte))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): plain.append(Self.folded(byte & 0xDF))
            default: return nil
            }
        }
        guard Self.lengthRange.contains(plain.count) else { return nil }
        raw = String(decoding: plain, as: UTF8.self)
    }

    /// A full-width form (U+FF01 to U+FF5E) as the ASCII character that it stands for.
    private static func narrowed(_ scalar: UInt32) -> UInt32 {
        (0xFF01...0xFF5E).contains(scalar) ? scalar - 0xFEE0 : scalar
    }

    /// Blanks and dashes of all widths, and what copied text has between letters unseen.
    private static func isSeparator(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20, 0x09, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
        // No-width spaces and joiners, the soft hyphen, a byte order mark.
        case 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF: true
        // Hyphens and dashes, the minus sign, and their small and full-width forms.
        case 0x2D, 0x2010...0x2015, 0x2043, 0x2212, 0xFE58, 0xFE63, 0xFF0D: true
        // What a Japanese keyboard types for a dash, and a box-drawing line that looks like one.
        case 0x30FC, 0xFF70, 0x2500, 0x2501: true
        default: false
        }
    }

    /// A code of `bytes`, each five bits a letter of Crockford's base32: 10 bytes are 16 letters,
    /// written as `XXXX-XXXX-XXXX-XXXX`.
    static func spelled(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0, held = 0, letters = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 5 {
                held -= 5
                if letters > 0, letters % 4 == 0 { text.append(UInt8(ascii: "-")) }
                text.append(alphabet[Int(bits >> UInt32(held) & 31)])
                letters += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func folded(_ capital: UInt8) -> UInt8 {
        switch capital {
        case UInt8(ascii: "O"): UInt8(ascii: "0")
        case UInt8(ascii: "I"), UInt8(ascii: "L"): UInt8(ascii: "1")
        default: capital
        }
    }
}
