import Testing

@testable import Logging

@Suite struct LogLineTests {
    private let line = LogLine(
        atMs: 1_795_290_452_538,
        level: .warn,
        event: "redis_refused",
        fields: [
            ("room", "opera"), ("error", "OOM command not allowed"), ("empty", ""),
            ("quoted", "a\"b\\c\nd=e"),
        ]
    )

    private func text(_ format: LogFormat) -> String {
        String(decoding: line.bytes(format), as: UTF8.self)
    }

    @Test func aLineOfLogfmtQuotesWhatNeedsIt() {
        #expect(
            text(.text) == """
                time=2026-11-21T19:47:32.538Z level=warn event=redis_refused room=opera \
                error="OOM command not allowed" empty="" quoted="a\\"b\\\\c\\nd=e"
                """
        )
    }

    @Test func aLineOfJSONIsOneObject() {
        #expect(
            text(.json) == """
                {"time":"2026-11-21T19:47:32.538Z","level":"warn","event":"redis_refused",\
                "room":"opera","error":"OOM command not allowed","empty":"",\
                "quoted":"a\\"b\\\\c\\nd=e"}
                """
        )
    }

    @Test func aValueIsCut() {
        let long = LogLine(
            atMs: 0,
            level: .info,
            event: "x",
            fields: [("v", String(repeating: "a", count: 5_000))]
        )
        #expect(long.bytes(.text).count < LogLine.valueBytesMax + 100)
    }

    @Test func anEventThatRepeatsIsToldTenTimesInAWindow() {
        var allowance = LogAllowance()
        let told = (0..<1_000).count { allowance.take("a", atMs: Int64($0)) != nil }
        #expect(told == LogAllowance.linesMax)
        // Another event has lines of its own.
        #expect(allowance.take("b", atMs: 999) == 0)
        #expect(allowance.take("a", atMs: LogAllowance.windowMs) == 990)
        #expect(allowance.take("a", atMs: LogAllowance.windowMs + 1) == 0)
    }
}
