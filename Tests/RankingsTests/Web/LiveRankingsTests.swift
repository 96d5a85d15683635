import EventLoop
import Synchronization
import Testing
import Values

@testable import HTTP
@testable import Rankings
@testable import Site
@testable import TestKit
@testable import TestPages

@Suite(.timeLimit(.minutes(1))) struct LiveRankingsTests {
    /// Lists that a test changes, a clock that it turns, and how often the lists were read.
    private final class Stage: Sendable {
        let lists: Mutex<RankingLists?>
        let nowNs = Atomic<UInt64>(1_000_000_000)
        let reads = Atomic<Int>(0)

        init(_ lists: RankingLists? = Ranked.lists) { self.lists = Mutex(lists) }

        func live() -> LiveRankings {
            let clock = Clock(
                wallMs: { 0 },
                monotonicNs: { self.nowNs.load(ordering: .relaxed) }
            )
            return LiveRankings(on: EventLoop.start(clock: clock)) {
                self.reads.add(1, ordering: .relaxed)
                return self.lists.withLock { $0 }
            }
        }

        var readCount: Int { reads.load(ordering: .relaxed) }

        /// The time of the next reading comes.
        func pass() { nowNs.add(1_000_000_000, ordering: .relaxed) }

        /// The best sellers are counted, so long after the first time.
        func count(afterSeconds seconds: Int64) {
            let at = Timestamp(milliseconds: Ranked.nowMs + seconds * 1_000)
            lists.withLock { $0?.popular.refreshedAt = at }
            pass()
        }

        func sell(_ count: Int64) {
            lists.withLock { $0?.concerts[0].soldOutCount = count }
            pass()
        }
    }

    /// What a stream is told until `text` is in it.
    private func told(_ live: LiveRankings, _ stream: EventStream, until text: String) async
        -> String
    {
        var all = await live.taken(stream)
        while !all.contains(text) {
            await live.round()
            let taken = await live.taken(stream)
            all += taken
            await Task.yield()
        }
        return all
    }

    /// Rounds until the lists were read once more, and were looked at.
    private func read(_ live: LiveRankings, _ stage: Stage) async {
        let before = stage.readCount
        stage.pass()
        while true {
            await live.round()
            let isReading = await live.isReading
            if stage.readCount > before, !isReading { break }
            await Task.yield()
        }
        await live.round()
    }

    @Test func aStreamBeginsWithBothLists() async throws {
        let live = Stage().live()
        let stream = try await live.open(for: nil)
        let all = await told(live, stream, until: "event: products")
        #expect(all.contains("event: concerts\ndata: [{\"concertDate\":\"2026-12-24\","))
        #expect(all.contains("event: products\ndata: {\"days\":3,\"refreshedAt\":\""))
    }

    @Test func onlyWhatChangedIsToldAgain() async throws {
        let stage = Stage()
        let live = stage.live()
        let stream = try await live.open(for: nil)
        _ = await told(live, stream, until: "event: products")
        await read(live, stage)
        #expect(await live.taken(stream) == "")
        stage.sell(1_201)
        let change = await told(live, stream, until: "\"soldOutCount\":1201")
        #expect(change.components(of: "event: concerts") == 1)
        #expect(!change.contains("event: products"))
    }

    /// Where nothing is sold the list is counted for each look; that is no news twice a second.
    @Test func aListThatWasOnlyCountedAgainIsToldOnceAMinute() async throws {
        let stage = Stage()
        let live = stage.live()
        let stream = try await live.open(for: nil)
        _ = await told(live, stream, until: "event: products")
        for second: Int64 in [1, 2, 59] {
            stage.count(afterSeconds: second)
            await read(live, stage)
            #expect(await live.taken(stream) == "", "\(second)")
        }
        stage.count(afterSeconds: 60)
        let change = await told(live, stream, until: "event: products")
        #expect(change.components(of: "event: products") == 1)
    }

    @Test func theListsAreReadOnceForAllAndForNobodyNever() async throws {
        let stage = Stage()
        let live = stage.live()
        var streams: [EventStream] = []
        for _ in 0..<10 { streams.append(try await live.open(for: nil)) }
        for stream in streams { _ = await told(live, stream, until: "event: products") }
        #expect(stage.readCount == 1)
        for stream in streams { await live.end(stream) }
        stage.pass()
        for _ in 0..<100 { await live.round() }
        #expect(stage.readCount == 1)
    }

    @Test func whoComesAfterALullIsNotToldWhatWas() async throws {
        let stage = Stage()
        let live = stage.live()
        let first = try await live.open(for: nil)
        _ = await told(live, first, until: "event: products")
        await live.end(first)
        stage.lists.withLock { $0?.concerts[0].soldOutCount = 1_201 }
        let second = try await live.open(for: nil)
        let all = await told(live, second, until: "event: concerts")
        #expect(all.contains("\"soldOutCount\":1201"))
    }

    @Test func aSlowReaderIsToldWhatIsTrueByThen() async throws {
        let stage = Stage()
        let live = stage.live()
        let stream = try await live.open(for: nil)
        // Some 700 bytes each: a third of them fit.
        for count in 1...60 {
            stage.lists.withLock { $0?.concerts[0].soldOutCount = Int64(count) * 7_777 }
            await read(live, stage)
        }
        let kept = await live.taken(stream)
        #expect(kept.utf8.count <= EventStream.bufferMax)
        #expect(!kept.contains("\"soldOutCount\":\(60 * 7_777)"))
        await live.round()
        let last = await live.taken(stream)
        #expect(last.components(of: "event: concerts") == 1)
        #expect(last.contains("\"soldOutCount\":\(60 * 7_777)"))
    }

    @Test func aListOfLongNamesLosesItsLastEntries() async throws {
        let stage = Stage()
        let long = String(repeating: "\u{1}", count: 500), paper = try product("p")
        stage.lists.withLock { lists in
            lists?.popular.products = (1...10).map {
                PopularEntry(rank: $0, product: paper, name: long, units: 1)
            }
        }
        let list = try #require(stage.lists.withLock { $0?.popular })
        let json = LiveRankings.document(list)
        #expect(json.count <= LiveRankings.documentBytesMax)
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains("\"rank\":2,") && !text.contains("\"rank\":3,"))
        let live = stage.live()
        let stream = try await live.open(for: nil)
        #expect(await told(live, stream, until: "event: products").contains("\"rank\":2,"))
    }

    @Test func whileTheListsCannotBeReadTheStreamIsSilent() async throws {
        let stage = Stage(nil)
        let live = stage.live()
        let stream = try await live.open(for: nil)
        await read(live, stage)
        #expect(await live.taken(stream) == "")
        stage.lists.withLock { $0 = Ranked.lists }
        stage.pass()
        _ = await told(live, stream, until: "event: products")
    }

    @Test func aChangeIsToldInTurns() async throws {
        let stage = Stage(nil)
        let live = stage.live()
        let turn = LiveRankings.tellsPerRoundMax
        var streams: [EventStream] = []
        for _ in 0..<(2 * turn + 50) { streams.append(try await live.open(for: nil)) }
        await read(live, stage)
        stage.lists.withLock { $0 = Ranked.lists }
        stage.pass()
        var told: [Int] = []
        while told.last != streams.count {
            await live.round()
            var count = told.last ?? 0
            for stream in streams where await live.taken(stream) != "" { count += 1 }
            if count > 0 { told.append(count) }
            await Task.yield()
        }
        #expect(told == [turn, 2 * turn, streams.count])
    }

    @Test func tooManyStreamsAreTurnedAway() async throws {
        let live = Stage(nil).live()
        var last: EventStream?
        for _ in 0..<LiveRankings.streamsMax { last = try await live.open(for: nil) }
        await #expect(throws: Refusal.self) { try await live.open(for: nil) }
        await live.end(try #require(last))
        _ = try await live.open(for: nil)
    }
}

extension LiveRankings {
    /// What is on its way to the reader, as the daemon would take it.
    fileprivate func taken(_ stream: EventStream) -> String {
        String(decoding: stream.take(), as: UTF8.self)
    }

    fileprivate func end(_ stream: EventStream) { stream.close() }
}
