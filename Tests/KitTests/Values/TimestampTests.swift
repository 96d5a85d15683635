import Foundation
import Testing
import Values

@Suite struct TimestampTests {
    /// 1583, the first whole year of the Gregorian calendar, to the end of 9999.
    private static let range: ClosedRange<Int64> = -12_212_553_600_000...253_402_300_799_999

    @Test func formattingAgreesWithFoundation() {
        var random = SystemRandomNumberGenerator()
        let style = Date.ISO8601FormatStyle()
        for _ in 0..<5_000 {
            let ms = Int64.random(in: Self.range, using: &random)
            let text = Timestamp(milliseconds: ms).description
            let seconds = Int64((Double(ms) / 1000).rounded(.down))
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
            #expect(text.prefix(19) == expected.prefix(19), "\(ms)")
            let fraction = String(1_000 + ms - seconds * 1_000).dropFirst()
            #expect(text.suffix(5) == ".\(fraction)Z", "\(ms)")
            #expect(text.utf8.count == 24)
        }
    }

    @Test func whatIsWrittenIsReadBack() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let time = Timestamp(milliseconds: .random(in: Self.range, using: &random))
            #expect(Timestamp(rfc3339: time.description) == time)
        }
    }

    @Test func theTextOrdersAsTheInstants() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let one = Timestamp(milliseconds: .random(in: Self.range, using: &random))
            let two = Timestamp(milliseconds: .random(in: Self.range, using: &random))
            #expect((one < two) == (one.description < two.description))
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func knownInstants(_ ms: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: ms).description == text)
        #expect(Timestamp(rfc3339: text)?.milliseconds == ms)
    }

    @Test(arguments: [
        ("2026-12-24T18:30:00+09:00", "2026-12-24T09:30:00.000Z"),
        ("2026-12-24T09:30:00.1Z", "2026-12-24T09:30:00.100Z"),
        ("2026-12-24T09:30:00.1239Z", "2026-12-24T09:30:00.123Z"),
        ("2026-12-24T09:30:00.123456789z", "2026-12-24T09:30:00.123Z"),
        ("2026-12-24t09:30:00Z", "2026-12-24T09:30:00.000Z"),
        ("2026-01-01T00:15:00+05:45", "2025-12-31T18:30:00.000Z"),
        ("2026-12-31T23:30:00-01:30", "2027-01-01T01:00:00.000Z"),
        ("2026-12-24T09:30:00-00:00", "2026-12-24T09:30:00.000Z"),
    ])
    func offsetsAndFractionsAreUnderstood(_ text: String, _ utc: String) {
        #expect(Timestamp(rfc3339: text)?.description == utc)
    }

    @Test(arguments: [
        "", "2026", "2026-12-24", "2026-12-24T09:30Z", "2026-12-24T09:30:00", "now",
        "2026-12-24 09:30:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-12-24T24:00:00Z",
        "2026-12-24T09:60:00Z", "2026-12-31T23:59:60Z", "2026-12-24T09:30:00.Z",
        "2026-12-24T09:30:00.1234567890Z", "2026-12-24T09:30:00+9:00",
        "2026-12-24T09:30:00+0900", "2026-12-24T09:30:00+24:00", "2026-12-24T09:30:00+09:60",
        "2026-12-24T09:30:00ZZ", " 2026-12-24T09:30:00Z", "2026-12-24T09:30:00Z ",
        "02026-12-24T09:30:00Z", "+2026-12-24T09:30:00Z", "2026-12-24T-1:30:00Z",
        "２０２６-12-24T09:30:00Z", "2026-12-24T09:30:00.٣Z",
    ])
    func whatIsNoTimeIsRefused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func everyDayOfFourCenturiesIsReadBack() {
        // From 2000-01-01 on, one Gregorian cycle.
        for day in 0..<146_097 as Range<Int64> {
            let time = Timestamp(milliseconds: 946_684_800_000 + day * 86_400_000)
            if Timestamp(rfc3339: time.description) != time { Issue.record("\(time)") }
        }
    }
}
