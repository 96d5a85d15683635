import Engines
import EventLoop
import HTTP
import JSON
import Ledger
import Site
import Values

/// The streams of one loop that tell what was sold and changed, each from a number of its own.
///
/// A stream is filled as fast as its reader reads: a batch is read from the ledger when the one
/// before it is out. Nothing is remembered for a reader that is away; it comes back with the number
/// it has seen last.
actor LiveEvents: OnLoop {
    nonisolated let loop: EventLoop
    private let outbox: OutboxEvents
    private var listeners: [Listener] = []
    private let shares = StreamShares(perAddressMax: perAddressMax)
    private var timer: LoopTimer?

    /// Streams of one loop: 64 x (a batch of some 60 KB and 16 KB to send) is under 5 MB.
    static let streamsMax = 64
    /// Streams of one address on one loop, half: each reader has the operator's key, and one that
    /// forgets to close its streams does not end those of another machine.
    static let perAddressMax = streamsMax / 2
    /// Events read at once.
    static let batchMax = 200
    /// After a failure of the ledger, and after a call of the position that came between.
    private static let roundEveryMs = 1_000

    private final class Listener {
        let stream: EventStream
        /// The last number that is on its way.
        var number: Int64
        /// Read and not yet on its way.
        var batch: ArraySlice<OutboxEvent> = []
        var isReading = false

        init(stream: EventStream, after number: Int64) {
            self.stream = stream
            self.number = number
        }
    }

    init(outbox: OutboxEvents, on loop: EventLoop) {
        self.outbox = outbox
        self.loop = loop
    }

    func start() {
        timer = LoopTimer(on: loop, afterMs: Self.roundEveryMs, repeatMs: Self.roundEveryMs) {
            [unowned self] in
            self.assumeIsolated { $0.round() }
        }
        outbox.position.observe { [weak self, loop] _ in
            Task(executorPreference: loop) { await self?.round() }
        }
    }

    /// A stream of what comes after `number`.
    func open(after number: Int64, for client: NetworkAddress?) throws(Refusal) -> EventStream {
        listeners.removeAll { !$0.stream.isOpen }
        guard listeners.count < Self.streamsMax else { throw .tooManyStreams }
        let stream = try shares.stream(on: loop, for: client)
        let listener = Listener(stream: stream, after: number)
        listener.stream.onReady = { [weak self] in self?.assumeIsolated { $0.round() } }
        listeners.append(listener)
        fill(listener)
        return listener.stream
    }

    private func round() {
        guard !listeners.isEmpty else { return }
        listeners.removeAll { !$0.stream.isOpen }
        for listener in listeners { fill(listener) }
    }

    /// Sends what is there and reads on when it is out. A full stream calls again when it is empty.
    private func fill(_ listener: Listener) {
        guard listener.stream.isOpen, !listener.isReading else { return }
        while let event = listener.batch.first {
            guard listener.stream.send(event: event.kind, id: event.number, data: event.json)
            else { return }
            listener.batch.removeFirst()
            listener.number = event.number
        }
        guard listener.number < outbox.position.latest else { return }
        listener.isReading = true
        let number = listener.number
        nonisolated(unsafe) let listener = listener
        Task(executorPreference: loop) { [outbox] in
            // Away from the ledger the stream is silent; the next round asks again.
            let events = await Background.reads.attempt {
                try await outbox.events(after: number, limit: Self.batchMax)
            }
            await unsafe self.took(events ?? [], listener)
        }
    }

    private func took(_ events: [OutboxEvent], _ listener: sending Listener) {
        listener.isReading = false
        listener.batch = events[...]
        if !events.isEmpty { fill(listener) }
    }
}

extension OutboxEvent {
    /// The payload, and with it which event it is.
    var json: [UInt8] {
        var json = JSONWriter(reservingBytes: 128 + payload.utf8.count)
        json.beginObject()
        json.field("number", number)
        json.field("kind", kind)
        json.field("at", utf8: Timestamp(milliseconds: atMs).utf8)
        json.endObject()
        // Payloads are objects of ours, written without spaces: its members follow.
        let members = payload.utf8.dropFirst()
        guard members.count > 1 else { return json.bytes }
        return json.bytes.dropLast() + [UInt8(ascii: ",")] + members
    }
}
