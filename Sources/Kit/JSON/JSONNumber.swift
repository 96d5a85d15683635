/// The numbers of a document as they are written, in their order.
///
/// jansson makes doubles of them, and a double rounds: `9007199254740991.5` would be a whole
/// number. So whether a number is whole is read from its digits.
struct JSONNumberTexts {
    private let bytes: [UInt8]
    private var index = 0

    /// `bytes` is a valid document: the parser has read it.
    init(of bytes: [UInt8]) { self.bytes = bytes }

    /// The next number: a minus or a digit outside strings begins one.
    mutating func next() -> ArraySlice<UInt8> {
        while index < bytes.count, !Self.isDigitOrMinus(bytes[index]) {
            if bytes[index] == UInt8(ascii: "\"") { skipString() } else { index += 1 }
        }
        let start = index
        while index < bytes.count, Self.isOfNumber(bytes[index]) { index += 1 }
        return bytes[start..<index]
    }

    private mutating func skipString() {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
    }

    private static func isDigitOrMinus(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || JSONValue.isDigit(byte)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: isDigitOrMinus(byte)
        }
    }
}

extension JSONValue {
    /// Beyond every count of digits in a document (`bytesMax`), and far from an overflow.
    private static let exponentMax = 1 << 40

    /// The number that is written as `text`, exactly where it is whole; `double` is what it is
    /// rounded to. The value is that of all digits, as one whole number, times ten to `power`.
    static func number(_ text: ArraySlice<UInt8>, double: Double) -> JSONValue {
        var exponent = 0
        var mantissa = text
        if let mark = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            mantissa = text[..<mark]
            exponent = Self.exponent(text[(mark + 1)...])
        }
        let digits = mantissa.filter(isDigit)
        guard let last = digits.lastIndex(where: { $0 != UInt8(ascii: "0") }) else {
            return .integer(0)
        }
        let point = mantissa.firstIndex(of: UInt8(ascii: "."))
        let behindPoint = point.map { mantissa.endIndex - $0 - 1 } ?? 0
        var power = exponent - behindPoint + (digits.count - 1 - last)
        guard power >= 0 else { return .real(double) }
        // Counted below zero, where an Int64 has one number more.
        var value: Int64 = 0
        func append(_ digit: UInt8) -> Bool {
            let (tens, isBeyond) = value.multipliedReportingOverflow(by: 10)
            let (sum, isBelow) = tens.subtractingReportingOverflow(Int64(digit & 15))
            value = sum
            return !isBeyond && !isBelow
        }
        for digit in digits[...last] where !append(digit) { return .wide(double) }
        // It is not zero, so this ends after 19 rounds.
        while power > 0 {
            guard append(UInt8(ascii: "0")) else { return .wide(double) }
            power -= 1
        }
        guard text.first != UInt8(ascii: "-") else { return .integer(value) }
        return value == .min ? .wide(double) : .integer(-value)
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
        var exponent = 0
        for digit in text where isDigit(digit) {
            exponent = min(exponentMax, 10 * exponent + Int(digit & 15))
        }
        return text.first == UInt8(ascii: "-") ? -exponent : exponent
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
