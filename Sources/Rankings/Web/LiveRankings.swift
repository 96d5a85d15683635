import EventLoop
import HTTP
import JSON
import Site
import Values

/// The two lists of the rankings page at one moment.
struct RankingLists: Equatable, Sendable {
    var concerts: [SelloutEntry]
    var popular: PopularList
}

/// The streams of one loop that tell the rankings: both lists at first, and each when it changes.
///
/// The lists are read once for all streams, and only while there is one. A change is written once
/// and told to the streams in turns, so that thousands of readers do not hold up the loop.
actor LiveRankings: OnLoop {
    nonisolated let loop: EventLoop
    /// The lists as they are now; nil: they cannot be read.
    private let read: @Sendable () async -> RankingLists?
    private var listeners: [Listener] = []
    private let shares = StreamShares(perAddressMax: perAddressMax)
    private var timer: LoopTimer?
    private var concerts = Document(event: "concerts")
    private var products = Document(event: "products")
    /// The best sellers that `products` is of.
    private var told: PopularList?
    private(set) var isReading = false
    private var dueNs: UInt64 = 0
    /// Who is told first in the next round.
    private var turn = 0

    /// Streams of one loop; further visitors ask now and then instead. Readers
    /// that take nothing share the texts that wait for them.
    static let streamsMax = 4_000
    /// Streams of one address on one loop, an eighth: 500 people of one company. Further ones ask
    /// now and then, too.
    static let perAddressMax = streamsMax / 8
    /// One list, in bytes: both fit into a stream's buffer, with their names.
    static let documentBytesMax = EventStream.bufferMax / 2 - 64
    private static let lookEveryMs: UInt64 = 500
    private static let roundEveryMs = 50
    /// Streams told in one round: all of them within a second. 200 x 5 KB is 1 MB to send.
    static let tellsPerRoundMax = streamsMax * roundEveryMs / 1_000

    /// One list as it is sent, and which it is: it counts up with each change.
    private struct Document {
        let event: String
        var version = 0
        var json: [UInt8] = []
        /// As all streams send it.
        private(set) var written: ServerEvent?

        mutating func take(_ json: [UInt8]) {
            guard json != self.json else { return }
            self.json = json
            written = ServerEvent(event, data: json)
            version += 1
        }
    }

    private final class Listener {
        let stream: EventStream
        /// Versions that are on their way; 0: none.
        var toldConcerts = 0
        var toldProducts = 0

        init(stream: EventStream) { self.stream = stream }
    }

    init(on loop: EventLoop, reading read: @escaping @Sendable () async -> RankingLists?) {
        self.loop = loop
        self.read = read
    }

    func start() {
        timer = LoopTimer(on: loop, afterMs: Self.roundEveryMs, repeatMs: Self.roundEveryMs) {
            [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    /// A stream that begins with both lists.
    func open(for client: NetworkAddress?) throws(Refusal) -> EventStream {
        listeners.removeAll { !$0.stream.isOpen }
        guard listeners.count < Self.streamsMax else { throw .tooManyStreams }
        let stream = try shares.stream(on: loop, for: client)
        // What was read for the last one that listened may be old.
        if listeners.isEmpty { forget() }
        let listener = Listener(stream: stream)
        listeners.append(listener)
        _ = tell(listener)
        look()
        return listener.stream
    }

    func round() {
        listeners.removeAll { !$0.stream.isOpen }
        guard !listeners.isEmpty else { return }
        look()
        let count = listeners.count
        var tells = 0
        for offset in 0..<count {
            let index = (turn + offset) % count
            guard tells < Self.tellsPerRoundMax else { return turn = index }
            if tell(listeners[index]) { tells += 1 }
        }
    }

    private func forget() {
        concerts.json = []
        products.json = []
        dueNs = 0
    }

    private func look() {
        let nowNs = loop.clock.monotonicNs()
        guard nowNs >= dueNs, !isReading else { return }
        dueNs = nowNs + Self.lookEveryMs * 1_000_000
        isReading = true
        Task(executorPreference: loop) { [read] in
            // While they cannot be read the streams are silent; the heartbeat goes on.
            await self.took(read())
        }
    }

    private func took(_ lists: RankingLists?) {
        isReading = false
        guard let lists else { return }
        concerts.take(Self.document(lists.concerts))
        var popular = lists.popular
        if let told, told.isAsGood(as: popular) { popular = told }
        told = popular
        products.take(Self.document(popular))
    }

    /// Whether something was sent. A reader whose buffer is full is told in a later round, and then
    /// what is true by then.
    private func tell(_ listener: Listener) -> Bool {
        let isOne = tell(listener.stream, concerts, &listener.toldConcerts)
        let isOther = tell(listener.stream, products, &listener.toldProducts)
        return isOne || isOther
    }

    private func tell(_ stream: EventStream, _ document: Document, _ told: inout Int) -> Bool {
        guard told != document.version, !document.json.isEmpty, let event = document.written,
            stream.send(event)
        else { return false }
        told = document.version
        return true
    }

    // MARK: Documents that fit

    /// The last entries are left out where names are so long that a stream could not carry them.
    static func document(_ entries: [SelloutEntry]) -> [UInt8] {
        fitting(entries.count) { count, json in json.element(entries.prefix(count)) }
    }

    static func document(_ list: PopularList) -> [UInt8] {
        fitting(list.products.count) { count, json in
            var list = list
            list.products = Array(list.products.prefix(count))
            json.element(list)
        }
    }

    private static func fitting(_ count: Int, _ write: (Int, inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 2_048)
        // A list without entries is under 100 bytes.
        for count in (0...count).reversed() {
            json.removeAll()
            write(count, &json)
            if json.bytes.count <= documentBytesMax { break }
        }
        return json.bytes
    }
}

extension PopularList {
    /// One that says nothing else and was counted later is told once in so long: where nothing was
    /// sold, or the ledger counts, it is counted for each look.
    private static let retoldEveryMs: Int64 = 60_000

    /// Whether it need not be told that `newer` was counted.
    fileprivate func isAsGood(as newer: PopularList) -> Bool {
        var same = newer
        same.refreshedAt = refreshedAt
        let laterMs = newer.refreshedAt.milliseconds - refreshedAt.milliseconds
        return same == self && 0..<Self.retoldEveryMs ~= laterMs
    }
}
