/// Reads the members of one JSON object, as the server's answers are: strict, and without the
/// values inside values, which nobody here needs. The only file that knows how answers are
/// parsed.
struct JSONFields: Equatable, Sendable {
    enum Value: Equatable, Sendable {
        case string(String)
        case number(Double)
        case bool(Bool)
        case null
        /// An object or a list; checked, not kept.
        case composite
    }

    /// Objects and lists within one another; a deeper text is refused.
    static let depthMax = 32

    private var members: [(name: String, value: Value)] = []

    static func == (left: JSONFields, right: JSONFields) -> Bool {
        left.members.elementsEqual(right.members, by: ==)
    }

    /// Answers nil unless `bytes` are one whole object in UTF-8.
    init?(_ bytes: [UInt8]) {
        var reader = JSONScanner(bytes)
        guard let members = reader.members(depth: 1), reader.isAtEnd else { return nil }
        self.members = members
    }

    subscript(_ name: String) -> Value? { members.last { $0.name == name }?.value }

    func string(_ name: String) -> String? {
        guard case .string(let text) = self[name] else { return nil }
        return text
    }

    func whole(_ name: String) -> Int? {
        guard case .number(let number) = self[name], abs(number) < 0x1p53 else { return nil }
        return Int(number)
    }
}

private struct JSONScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return at == bytes.count
        }
    }

    mutating func members(depth: Int) -> [(name: String, value: JSONFields.Value)]? {
        guard depth <= JSONFields.depthMax, take("{") else { return nil }
        var members: [(name: String, value: JSONFields.Value)] = []
        if take("}") { return members }
        repeat {
            guard let name = string(), take(":"), let value = value(depth: depth) else {
                return nil
            }
            members.append((name, value))
        } while take(",")
        return take("}") ? members : nil
    }

    private mutating func value(depth: Int) -> JSONFields.Value? {
        skipSpace()
        guard at < bytes.count else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "{"): return members(depth: depth + 1).map { _ in .composite }
        case UInt8(ascii: "["): return list(depth: depth + 1) ? .composite : nil
        case UInt8(ascii: "t"): return word("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return word("null") ? .null : nil
        default: return number().map { .number($0) }
        }
    }

    private mutating func list(depth: Int) -> Bool {
        guard depth <= JSONFields.depthMax, take("[") else { return false }
        if take("]") { return true }
        repeat {
            guard value(depth: depth) != nil else { return false }
        } while take(",")
        return take("]")
    }

    private mutating func number() -> Double? {
        let start = at
        while at < bytes.count, Self.isNumeric(bytes[at]) { at += 1 }
        let text = bytes[start..<at]
        // Swift's own reader also takes "+1", ".5" and "0x1"; JSON does not.
        let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text
        guard let first = digits.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            first != UInt8(ascii: "0") || digits.count == 1
                || !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digits[digits.startIndex + 1])
        else { return nil }
        return Double(String(decoding: text, as: UTF8.self))
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") {
            guard bytes[at] >= 0x20 else { return nil }
            at += 1
        }
        guard at < bytes.count else { return nil }
        if bytes[at] == UInt8(ascii: "\"") {
            defer { at += 1 }
            return String(validating: bytes[start..<at], as: UTF8.self)
        }
        return escaped(from: start)
    }

    /// The rare string with a backslash in it.
    private mutating func escaped(from start: Int) -> String? {
        var plain = Array(bytes[start..<at])
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            guard bytes[at] >= 0x20 else { return nil }
            guard bytes[at] == UInt8(ascii: "\\") else {
                plain.append(bytes[at])
                at += 1
                continue
            }
            guard at + 1 < bytes.count, let scalar = escape() else { return nil }
            plain += Array(String(Character(scalar)).utf8)
        }
        guard at < bytes.count else { return nil }
        at += 1
        return String(validating: plain, as: UTF8.self)
    }

    private mutating func escape() -> Unicode.Scalar? {
        let letter = bytes[at + 1]
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicode()
        default: return nil
        }
    }

    private mutating func unicode() -> Unicode.Scalar? {
        guard let high = hex() else { return nil }
        guard (0xD800...0xDBFF).contains(high) else { return Unicode.Scalar(high) }
        guard word("\\u"), let low = hex(), (0xDC00...0xDFFF).contains(low) else { return nil }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func hex() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        let text = bytes[at..<at + 4]
        at += 4
        guard text.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else {
            return nil
        }
        return UInt32(String(decoding: text, as: UTF8.self), radix: 16)
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for index in 0..<word.utf8CodeUnitCount {
            let byte = unsafe word.utf8Start[index]
            guard at < bytes.count, bytes[at] == byte else { return false }
            at += 1
        }
        return true
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }
}
