import EventLoop
import Synchronization
import TestGate
import Testing

@testable import Engines
@testable import TestKit

/// What is read once for many.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ReadsTests {
    /// Counts what is read, and holds it up for as long as a test wants.
    private final class Source: Sendable {
        private let names = Mutex<[String]>([])
        private let closed = Mutex(false)
        private let failing = Mutex(false)

        var reads: [String] { names.withLock { $0 } }
        func hold(_ isHeld: Bool) { closed.withLock { $0 = isHeld } }
        func fail(_ fails: Bool) { failing.withLock { $0 = fails } }

        func read(_ name: String, _ old: String?) async throws(StoreError) -> String {
            names.withLock { $0.append(name) }
            while closed.withLock({ $0 }) { await Task.yield() }
            if failing.withLock({ $0 }) { throw .unavailable("for a test") }
            return "\(name)\(reads.count)\(old.map { " after \($0)" } ?? "")"
        }
    }

    private struct Bed: Sendable {
        let source = Source()
        let time = VirtualTime()
        let kept: Reads<String, String>

        init(
            _ limits: Reads<String, String>.Limits,
            freshMs: @escaping @Sendable (String) -> UInt64? = { _ in 1_000 },
            outlives: Bool = false
        ) {
            let loop = EventLoop.start(clock: time.clock)
            kept = Reads(
                on: loop,
                limits,
                freshMs: freshMs,
                size: { $0.utf8.count },
                outlives: { _ in outlives }
            ) { [source] name, old throws(StoreError) in try await source.read(name, old) }
        }

        func value(_ name: String) async throws -> String { try await kept.value(name) }
        func pass(_ ms: Int64) { time.set(time.clock.wallMs() + ms) }
    }

    @Test func oneReadsForAllWhoWait() async throws {
        let bed = Bed(.init(sizeMax: 1_000))
        bed.source.hold(true)
        async let all = together(100) { _ in try await bed.value("a") }
        try await until("it is asked") { !bed.source.reads.isEmpty }
        bed.source.hold(false)
        #expect(try await all.allSatisfy { $0 == "a1" })
        #expect(bed.source.reads == ["a"])
    }

    @Test func whatIsOldIsReadAgainWithWhatWas() async throws {
        let bed = Bed(.init(sizeMax: 1_000), freshMs: { $0.hasPrefix("x") ? nil : 1_000 })
        #expect(try await bed.value("a") == "a1")
        #expect(try await bed.value("x") == "x2")
        bed.pass(999)
        #expect(try await bed.value("a") == "a1")
        bed.pass(1)
        #expect(try await bed.value("a") == "a3 after a1")
        bed.pass(1_000_000_000)
        #expect(try await bed.value("x") == "x2")
    }

    @Test func theTimeOfReadingCounts() async throws {
        let bed = Bed(.init(sizeMax: 1_000))
        bed.source.hold(true)
        async let slow = bed.value("a")
        try await until("it is asked") { !bed.source.reads.isEmpty }
        bed.pass(1_000)
        bed.source.hold(false)
        #expect(try await slow == "a1")
        #expect(try await bed.value("a") == "a2 after a1")
    }

    @Test func whatWasUsedTheLongestAgoGoes() async throws {
        let bed = Bed(.init(keysMax: 3, sizeMax: 1_000))
        for name in ["a", "b", "c", "a", "d"] { _ = try await bed.value(name) }
        #expect(bed.source.reads == ["a", "b", "c", "d"])
        for name in ["a", "c", "d"] { _ = try await bed.value(name) }
        #expect(bed.source.reads.count == 4)
        _ = try await bed.value("b")
        #expect(bed.source.reads.count == 5)
    }

    @Test func asMuchIsKeptAsMayBe() async throws {
        let bed = Bed(.init(sizeMax: 10))
        for name in ["aaa", "bbb", "aaa", "bbb"] { _ = try await bed.value(name) }
        #expect(bed.source.reads.count == 2)
        // 4 + 4 + 4 bytes are too many.
        for name in ["ccc", "ccc", "bbb", "aaa"] { _ = try await bed.value(name) }
        #expect(bed.source.reads == ["aaa", "bbb", "ccc", "aaa"])
        // One that is too large alone is kept alone.
        let large = String(repeating: "l", count: 40)
        for _ in 0..<2 { _ = try await bed.value(large) }
        #expect(bed.source.reads.count == 5)
    }

    @Test func whoNeedsOneReadTooManyIsTurnedAway() async throws {
        let bed = Bed(.init(sizeMax: 1_000, readsMax: 2))
        bed.source.hold(true)
        async let first = bed.value("a")
        async let second = bed.value("b")
        try await until("both are asked") { bed.source.reads.count == 2 }
        await #expect(throws: StoreError.self) { _ = try await bed.value("c") }
        bed.source.hold(false)
        _ = try await (first, second)
        #expect(try await bed.value("c") == "c3")
    }

    @Test(arguments: [true, false])
    func aFailureIsToldOrOutlived(_ outlives: Bool) async throws {
        let bed = Bed(.init(sizeMax: 1_000), outlives: outlives)
        #expect(try await bed.value("a") == "a1")
        bed.source.fail(true)
        bed.pass(5_000)
        if outlives {
            #expect(try await bed.value("a") == "a1")
        } else {
            await #expect(throws: StoreError.self) { _ = try await bed.value("a") }
        }
        await #expect(throws: StoreError.self) { _ = try await bed.value("new") }
        bed.source.fail(false)
        #expect(try await bed.value("a") == "a4 after a1")
    }

    @Test func itNeverKeepsMoreThanItsLimit() async throws {
        let bed = Bed(.init(keysMax: 16))
        for number in 0..<100 { _ = try await bed.value("\(number)") }
        let count = await bed.kept.keptCount
        #expect((14...16).contains(count))
        for number in 90..<100 { _ = try await bed.value("\(number)") }
        #expect(bed.source.reads.count == 100)
    }

    /// A read that began before a change knows nothing of it.
    @Test func whatIsForgottenIsReadAnew() async throws {
        let bed = Bed(.init())
        bed.source.hold(true)
        async let before = bed.value("a")
        try await until("it is asked") { bed.source.reads.count == 1 }
        await bed.kept.forget("a")
        async let after = bed.value("a")
        try await until("it is asked again") { bed.source.reads.count == 2 }
        bed.source.hold(false)
        _ = try await before
        let changed = try await after
        #expect(try await bed.value("a") == changed)
        #expect(bed.source.reads.count == 2)
    }

    /// On one loop, whose clock stands still.
    @Test func whoAsksOfALoopIsToldWhatIsReadAfterwards() async throws {
        let source = Source()
        let loop = EventLoop.start(clock: VirtualTime().clock)
        let reads = Reads<String, String>(askedOf: loop) { name throws(StoreError) in
            try await source.read(name, nil)
        }
        source.hold(true)
        async let first = reads.value("a")
        try await until("it is asked") { source.reads.count == 1 }
        async let others = together(20) { _ in try await reads.value("a") }
        try await Task.sleep(for: .milliseconds(50))
        #expect(source.reads.count == 1)
        source.hold(false)
        #expect(try await first == "a1")
        #expect(try await others.allSatisfy { $0 != "a1" })
        #expect(await reads.keptCount == 0)
        loop.stop()
    }

    /// However many ask for a name at once, they cost two reads.
    @Test func whatNobodyKnowsIsLookedForTwice() async throws {
        let source = Source()
        let loop = EventLoop.start()
        let directory = Directory<String, Int>(directoryOn: loop) { name throws(StoreError) in
            _ = try await source.read(name, nil)
            return nil
        }
        source.hold(true)
        let asking = Atomic(0)
        async let all = together(50) { _ in
            asking.add(1, ordering: .relaxed)
            return try await directory.found("nobody")
        }
        try await until("all ask") { asking.load(ordering: .relaxed) == 50 }
        try await Task.sleep(for: .milliseconds(50))
        source.hold(false)
        #expect(try await all.allSatisfy { $0 == nil })
        #expect(source.reads.count <= 3)
        loop.stop()
    }

    @Test func aDirectoryLooksAgainForWhatIsNew() async throws {
        let time = VirtualTime()
        let names = Mutex<[String: Int]>(["old": 1])
        let isAway = Mutex(false)
        let loop = EventLoop.start(clock: time.clock)
        let directory = Directory<String, Int>(directoryOn: loop) { name throws(StoreError) in
            if isAway.withLock({ $0 }) { throw .unavailable("for a test") }
            return names.withLock { $0[name] }
        }
        #expect(try await directory.value("new") == nil)
        names.withLock { $0 = ["old": 2, "new": 3] }
        #expect(try await directory.value("new") == nil)
        #expect(try await directory.found("new") == 3)
        #expect(try await directory.value("old") == 2)
        #expect(try await directory.value("nobody") == nil)
        isAway.withLock { $0 = true }
        time.set(time.clock.wallMs() + 5_000)
        // What was there is told while the ledger is away, and nothing about the rest.
        #expect(try await directory.value("old") == 2)
        await #expect(throws: StoreError.self) { _ = try await directory.value("nobody") }
        await #expect(throws: StoreError.self) { _ = try await directory.found("nobody") }
        loop.stop()
    }
}
