import Engines
import EventLoop
import Redis
import Values

/// Who on one loop waits for the next look at a room's line, and the copy that it brings up to
/// date.
final class LineReader {
    var copy = LineCopy()
    var queries: [VisitQuery] = []
    var isReading = false
    var usedAtNs: UInt64 = 0
    /// Nil before the first look, or when the room is another one than the last looks saw.
    var forecaster: WaitForecaster?
    var forecastGeneration: Int64 = -1

    /// Visitors of one look: those that have to be written down as seen cost Redis 1 us each.
    static let lookMax = 512

    /// What a look has to be told.
    var question: [RedisArgument] { copy.question + [.int(forecaster?.atMs ?? 0)] }

    func take() -> [VisitQuery] {
        guard queries.count > Self.lookMax else {
            defer { queries.removeAll(keepingCapacity: true) }
            return queries
        }
        defer { queries.removeFirst(Self.lookMax) }
        return Array(queries.prefix(Self.lookMax))
    }
}

/// How the copies of lines do, for `/metrics`.
struct LineStatistics: Sendable, Equatable {
    /// Looks at lines, and status checks that they answered.
    var looks = 0
    var answered = 0
    /// Status checks that Redis was asked about by name, and those that were written down as a sign
    /// of life.
    var asked = 0
    var seen = 0
    /// Copies that were begun, and those that did not add up and were thrown away.
    var begun = 0
    var mended = 0

    init() {}

    static func + (left: LineStatistics, right: LineStatistics) -> LineStatistics {
        var sum = left
        sum.looks += right.looks
        sum.answered += right.answered
        sum.asked += right.asked
        sum.seen += right.seen
        sum.begun += right.begun
        sum.mended += right.mended
        return sum
    }
}

extension RoomStore {
    /// Rooms whose line a loop copies. Beyond it the one that was asked for longest ago is
    /// forgotten.
    private static let linesMax = 1_000

    /// Answers the questions of a turn with the next look at the line. One look a room at a time:
    /// what is asked meanwhile waits for the next.
    func look(_ room: RoomID, _ queries: ArraySlice<VisitQuery>) {
        let reader = lineReader(room)
        reader.queries += queries
        reader.usedAtNs = loop.clock.monotonicNs()
        guard !reader.isReading else { return }
        reader.isReading = true
        nonisolated(unsafe) let shared = reader
        Task.immediate(executorPreference: loop) { [self] in
            await unsafe read(room, shared)
        }
    }

    func lineReader(_ room: RoomID) -> LineReader {
        if let known = lines[room] { return known }
        if lines.count >= Self.linesMax {
            let idle = lines.filter { !$0.value.isReading }
            if let oldest = idle.min(by: { $0.value.usedAtNs < $1.value.usedAtNs }) {
                lines[oldest.key] = nil
            }
        }
        let made = LineReader()
        lines[room] = made
        return made
    }

    private func read(_ room: RoomID, _ reader: LineReader) async {
        while true {
            let queries = reader.take()
            if queries.isEmpty, reader.copy.isWhole || reader.copy.generation < 0 { break }
            do throws(StoreError) {
                try await readOnce(room, reader, queries)
            } catch {
                for query in queries { query.answer(.failure(error)) }
                if queries.isEmpty { break }
            }
        }
        reader.isReading = false
    }

    /// One look, and the answers to `queries`. Throws before any of them is answered.
    private func readOnce(_ room: RoomID, _ reader: LineReader, _ queries: [VisitQuery])
        async throws(StoreError)
    {
        lineStatistics.looks += 1
        let raw = try await run(scripts[.line], room, reader.question)
        guard let reply = try LineReply(raw) else {
            reader.copy.reset()
            return ask(room, reader, queries)
        }
        if reply.isAnew { lineStatistics.begun += 1 }
        if try !reader.copy.learn(reply) { lineStatistics.mended += 1 }
        try reader.learn(raw, reply)
        try await writeSeen(room, reader, queries)
        var rest: [VisitQuery] = []
        for query in queries {
            guard let ticket = query.ticket, ticket.generation <= reader.copy.generation,
                let place = reader.copy.answer(ticket.sequence)
            else {
                rest.append(query)
                continue
            }
            lineStatistics.answered += 1
            query.answer(.success(place))
        }
        ask(room, reader, rest)
    }

    /// Writes down who of them was seen, where that is due.
    private func writeSeen(_ room: RoomID, _ reader: LineReader, _ queries: [VisitQuery])
        async throws(StoreError)
    {
        var due: [Int64] = []
        var arguments: [RedisArgument] = []
        for query in queries {
            guard let sequence = query.ticket?.sequence,
                let pollMs = reader.copy.duePollMs(sequence)
            else { continue }
            due.append(sequence)
            arguments.append(.string(query.user.raw))
            arguments.append(.int(pollMs))
        }
        guard !due.isEmpty else { return }
        lineStatistics.seen += due.count
        let reply = try await run(scripts[.seen], room, arguments)
        guard try reply.integer(0) == 1 else { return reader.copy.reset() }
        for (index, sequence) in due.enumerated() {
            reader.copy.noteSeen(sequence, try reply.integer(1 + index))
        }
    }

    /// Asks Redis about each of them, beside the looks that go on: about newcomers, sessions that
    /// need a sign of life, and whoever is not in line as far as the copy knows.
    private func ask(_ room: RoomID, _ reader: LineReader, _ queries: [VisitQuery]) {
        var rest = queries[...]
        while !rest.isEmpty {
            let call = rest.prefix(VisitQuery.callMax)
            rest = rest.dropFirst(VisitQuery.callMax)
            lineStatistics.asked += call.count
            nonisolated(unsafe) let reader = reader
            Task.immediate(executorPreference: loop) { [self] in
                await unsafe ask(room, reader, about: call)
            }
        }
    }

    private func ask(_ room: RoomID, _ reader: LineReader, about queries: ArraySlice<VisitQuery>)
        async
    {
        let epoch = reader.copy.sessions.beginAsking()
        await answer(room, queries, entering: false) { place in
            reader.copy.note(place, askedIn: epoch)
        }
        reader.copy.sessions.endAsking()
    }
}
