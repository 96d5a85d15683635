import EventLoop
import HTTP
import Synchronization
import Testing

@testable import Engines
@testable import Site

@Suite(.timeLimit(.minutes(1))) struct DocumentCacheTests {
    /// A store that answers with the number of the read, when it is told to.
    private final class Stage: Sendable {
        private struct State {
            var reads = 0
            var writes = 0
            var isHeld = false
            var fails = false
            var waiting: [CheckedContinuation<Void, Never>] = []
        }
        private let state = Mutex(State())
        let nowNs = Mutex<UInt64>(1_000_000_000)

        var reads: Int { state.withLock { $0.reads } }
        var writes: Int { state.withLock { $0.writes } }
        func hold() { state.withLock { $0.isHeld = true } }
        func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }
        func pass(ms: UInt64) { nowNs.withLock { $0 += ms * 1_000_000 } }

        func letGo() {
            let waiting = state.withLock { state in
                state.isHeld = false
                defer { state.waiting = [] }
                return state.waiting
            }
            for one in waiting { one.resume() }
        }

        func read() async throws(StoreError) -> Int {
            let (number, isHeld, fails) = state.withLock { state in
                state.reads += 1
                return (state.reads, state.isHeld, state.fails)
            }
            if isHeld {
                await withCheckedContinuation { one in state.withLock { $0.waiting.append(one) } }
            }
            if fails { throw .unavailable("as told") }
            return number
        }

        func write(_ value: Int, _ limit: Int) -> [UInt8] {
            state.withLock { $0.writes += 1 }
            return Array("[\(value),\(limit)]".utf8)
        }

        func whenWaiting(_ count: Int) async {
            while state.withLock({ $0.waiting.count }) < count { await Task.yield() }
        }
    }

    private struct Bed: Sendable {
        let stage = Stage()
        let loop: EventLoop
        let cache: DocumentCache<String, Int>

        init(ageMaxMs: UInt64 = DocumentLimits.ageMaxMs) {
            let stage = stage
            loop = EventLoop.start(
                clock: Clock(
                    wallMs: { 0 },
                    monotonicNs: { stage.nowNs.withLock { $0 } }
                )
            )
            cache = DocumentCache(on: loop, ageMaxMs: { _ in ageMaxMs }) {
                _ async throws(StoreError) in
                try await stage.read()
            } write: { value, limit in
                stage.write(value, limit)
            }
        }

        func ask(_ key: String = "a", limit: Int = 10) -> Task<String, any Error> {
            Task(executorPreference: loop) {
                let document = try await cache.document(key, limit: limit)
                return String(decoding: document.body, as: UTF8.self)
            }
        }

        func text(_ key: String = "a", limit: Int = 10) async throws -> String {
            try await ask(key, limit: limit).value
        }
    }

    @Test func aListIsReadOnceForAllWhoAskAndWrittenOnceForEachLength() async throws {
        let bed = Bed()
        bed.stage.hold()
        let many = (0..<50).map { _ in bed.ask() }
        let others = (0..<50).map { _ in bed.ask(limit: 3) }
        await bed.stage.whenWaiting(1)
        bed.stage.letGo()
        for one in many { #expect(try await one.value == "[1,10]") }
        for one in others { #expect(try await one.value == "[1,3]") }
        #expect(bed.stage.reads == 1)
        #expect(bed.stage.writes == 2)
    }

    @Test func aListIsShownForATenthOfASecondAndNoLonger() async throws {
        let bed = Bed()
        #expect(try await bed.text() == "[1,10]")
        bed.stage.pass(ms: DocumentLimits.ageMaxMs - 1)
        #expect(try await bed.text() == "[1,10]")
        bed.stage.pass(ms: 1)
        #expect(try await bed.text() == "[2,10]")
        #expect(try await bed.text("b") == "[3,10]")
    }

    @Test func whatWasDearIsShownForLonger() async throws {
        let bed = Bed(ageMaxMs: 1_000)
        #expect(try await bed.text() == "[1,10]")
        bed.stage.pass(ms: 999)
        #expect(try await bed.text() == "[1,10]")
        bed.stage.pass(ms: 1)
        #expect(try await bed.text() == "[2,10]")
    }

    /// A read that takes long shows what was true when it began, to those who came by then.
    @Test func nobodyIsShownWhatWasReadLongBeforeTheyCame() async throws {
        let bed = Bed()
        bed.stage.hold()
        let early = bed.ask()
        await bed.stage.whenWaiting(1)
        bed.stage.pass(ms: DocumentLimits.ageMaxMs)
        let late = (0..<3).map { _ in bed.ask() }
        // On the loop behind them: by then they have asked.
        await Task(executorPreference: bed.loop) {}.value
        bed.stage.letGo()
        #expect(try await early.value == "[1,10]")
        for one in late { #expect(try await one.value == "[2,10]") }
        #expect(bed.stage.reads == 2)
        #expect(bed.stage.writes == 2)
    }

    @Test func aFailureIsToldAndNotKept() async throws {
        let bed = Bed()
        bed.stage.fail(true)
        await #expect(throws: StoreError.self) { try await bed.text() }
        bed.stage.fail(false)
        #expect(try await bed.text() == "[2,10]")
    }

    @Test func whatIsKeptIsBounded() async throws {
        let bed = Bed()
        for key in 0...DocumentLimits.keysMax { _ = try await bed.text("\(key)") }
        let reads = bed.stage.reads
        #expect(reads == DocumentLimits.keysMax + 1)
        _ = try await bed.text("\(DocumentLimits.keysMax)")
        #expect(bed.stage.reads == reads)
        // Room was made for the last one.
        _ = try await bed.text("0")
        #expect(bed.stage.reads == reads + 1)
        let writes = bed.stage.writes
        for limit in 1...DocumentLimits.lengthsMax + 1 { _ = try await bed.text(limit: limit) }
        for limit in 1...DocumentLimits.lengthsMax + 1 { _ = try await bed.text(limit: limit) }
        #expect(bed.stage.writes > writes + DocumentLimits.lengthsMax + 1)
    }

    @Test func aTagIsOfTheBytes() {
        #expect(EntityTag.of(Array("[1]".utf8)) == EntityTag.of(Array("[1]".utf8)))
        #expect(EntityTag.of(Array("[1]".utf8)) != EntityTag.of(Array("[2]".utf8)))
        #expect(EntityTag.isKnown(EntityTag.of([1]), ifNoneMatch: EntityTag.of([1])))
    }
}
