/// An instant in milliseconds since 1970-01-01 UTC, written as RFC 3339 with milliseconds.
///
/// Days and dates are converted by the proleptic Gregorian formulas of Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms" (`days_from_civil`, `civil_from_days`).
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    public var description: String { String(decoding: utf8, as: UTF8.self) }

    /// `2026-12-24T09:30:00.000Z`: 24 bytes for the years 0 to 9999, which is what a request can
    /// say. Of other years, which only a ledger that somebody has edited can have, the last digits.
    public var utf8: [UInt8] {
        let (seconds, millis) = milliseconds.flooredQuotient(by: 1000)
        let (days, second) = seconds.flooredQuotient(by: 86_400)
        let date = Self.civil(fromDays: days)
        var out: [UInt8] = []
        out.reserveCapacity(24)
        func put(_ value: Int64, _ digits: Int) {
            var divisor: Int64 = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                out.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
        }
        put(date.year.flooredQuotient(by: 10_000).remainder, 4)
        out.append(UInt8(ascii: "-"))
        put(date.month, 2)
        out.append(UInt8(ascii: "-"))
        put(date.day, 2)
        out.append(UInt8(ascii: "T"))
        put(second / 3600, 2)
        out.append(UInt8(ascii: ":"))
        put(second / 60 % 60, 2)
        out.append(UInt8(ascii: ":"))
        put(second % 60, 2)
        out.append(UInt8(ascii: "."))
        put(millis, 3)
        out.append(UInt8(ascii: "Z"))
        return out
    }

    public static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(by: 146_097).quotient
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    public static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(by: 400).quotient
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int64 {
    /// Quotient rounded towards minus infinity, and the remainder that is never negative.
    public func flooredQuotient(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Timestamp {
    /// When a day, `2026-12-24`, is over everywhere: it lasts 50 hours from one end of the earth to
    /// the other, from 14 hours before its midnight in UTC. Nil: it is no day.
    public static func overMs(_ day: String) -> Int64? {
        Timestamp(rfc3339: "\(day)T00:00:00Z").map { $0.milliseconds + 36 * 3_600_000 }
    }
}
