extension Timestamp {
    /// Reads RFC 3339 with `Z` or a numeric offset and up to nine digits of a second's fraction,
    /// of which three are kept. Nil for anything else, for dates that do not exist, for leap
    /// seconds, and for what an offset carries out of the years 0 to 9999.
    public init?(rfc3339 text: String) {
        var scan = Scan(bytes: Array(text.utf8))
        guard let year = scan.digits(4), scan.take("-"), let month = scan.digits(2), scan.take("-"),
            let day = scan.digits(2), scan.take("T") || scan.take("t"),
            let hour = scan.digits(2), scan.take(":"), let minute = scan.digits(2), scan.take(":"),
            let second = scan.digits(2), let millis = scan.fraction(),
            let offset = scan.offsetSeconds(), scan.isAtEnd,
            (1...12).contains(month), day >= 1, day <= Self.dayCount(year: year, month: month),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        let milliseconds = seconds * 1000 + millis
        guard Self.writtenRange.contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }

    /// The years 0 to 9999, which four digits can write.
    private static let writtenRange: ClosedRange<Int64> = {
        let first = days(year: 0, month: 1, day: 1) * 86_400_000
        return first...days(year: 10_000, month: 1, day: 1) * 86_400_000 - 1
    }()

    private static func dayCount(year: Int64, month: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private struct Scan {
        let bytes: [UInt8]
        var index = 0
        var isAtEnd: Bool { index == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        mutating func digit() -> Int64? {
            guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= bytes[index]
            else { return nil }
            index += 1
            return Int64(bytes[index - 1] - UInt8(ascii: "0"))
        }

        mutating func digits(_ count: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        mutating func fraction() -> Int64? {
            guard take(".") else { return 0 }
            var millis: Int64 = 0
            var count = 0
            while let digit = digit() {
                if count < 3 { millis = millis * 10 + digit }
                count += 1
            }
            guard (1...9).contains(count) else { return nil }
            for _ in min(count, 3)..<3 { millis *= 10 }
            return millis
        }

        mutating func offsetSeconds() -> Int64? {
            if take("Z") || take("z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = digits(2), take(":"), let minutes = digits(2), hours < 24,
                minutes < 60
            else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
