/// A code that lets its bearer into a lane, in the one spelling that counts: capitals, without
/// hyphens and spaces; O is 0, and I and L are 1, so that what was read aloud or copied by hand is
/// the same code.
public struct LaneCode: Hashable, Sendable {
    public let raw: String

    /// A code as it was typed, in bytes.
    public static let typedMax = 64
    public static let lengthRange = 4...40
    /// What a code may be, in words for an error.
    public static let rule = "4 to 40 letters and digits, hyphens aside"
    /// Codes that one request makes. Each is a row of ~150 B: 1.5 MB.
    public static let countRange: ClosedRange<Int64> = 1...10_000
    public static let usesRange: ClosedRange<Int64> = 1...1_000_000

    /// Nil: nothing that can be a code.
    public init?(_ typed: String) {
        guard typed.utf8.count <= Self.typedMax else { return nil }
        var plain: [UInt8] = []
        for byte in typed.utf8 {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: " "): continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"): plain.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): plain.append(Self.folded(byte))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): plain.append(Self.folded(byte & 0xDF))
            default: return nil
            }
        }
        guard Self.lengthRange.contains(plain.count) else { return nil }
        raw = String(decoding: plain, as: UTF8.self)
    }

    /// A code of `bytes`, each five bits a letter of Crockford's base32: 10 bytes are 16 letters,
    /// written as `XXXX-XXXX-XXXX-XXXX`.
    public static func spelled(_ bytes: [UInt8]) -> String {
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
