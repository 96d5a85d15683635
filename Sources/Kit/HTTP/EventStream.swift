import CHTTPShims
public import EventLoop
import Glibc

/// Server-sent events to one visitor.
///
/// The stream keeps a small buffer until the end of the turn, and longer only for a reader that is
/// slow. When it is full, `send` answers false and the caller keeps only the newest state until
/// `onReady`: a slow reader skips states, it never makes the server remember them.
///
/// Its connection is no longer libmicrohttpd's, see `Daemon+Streams.swift`.
///
/// `@unchecked Sendable`: every entry checks that it runs on the stream's loop. It has to travel
/// inside responses and to the actors of that loop.
@safe public final class EventStream: @unchecked Sendable {
    /// Bytes kept for a reader that is not keeping up: some ten tickets with their passes.
    /// 20,000 stuck readers would hold 320 MB.
    public static let bufferMax = 16_384
    /// Sent bytes may stay unacknowledged this long: a visitor whose network vanished is gone.
    static let unacknowledgedMs: UInt32 = 30_000
    /// Pieces in one write; what is left goes with the next.
    private static let piecesMax = 16

    private enum State {
        case open
        /// What is buffered is to go out, and then the end.
        case finishing
        /// The end is among what leaves.
        case ending
        case closed
    }

    public let loop: EventLoop
    /// Called after a refused `send`, once all that was buffered is out.
    public var onReady: (() -> Void)? {
        willSet { loop.preconditionIsolated() }
    }
    /// Called exactly once when the stream is over, whoever ended it.
    public var onClose: (() -> Void)? {
        willSet { loop.preconditionIsolated() }
    }

    private var state = State.open
    private var waiting: [ServerEvent] = []
    /// In the framing of the response, and what the socket has not taken of it.
    private var leaving: [SharedPiece] = []
    /// Bytes of both.
    private var buffered = 0
    private var isChunked = false
    private var wasRefused = false
    /// Among those that are written at the end of this turn.
    private var isQueued = false
    /// The socket takes no more; it tells when it does.
    private var isBlocked = false
    private var daemon: Daemon?
    private var connection: Connection?
    private var nextBeatNs: UInt64 = 0

    public init(on loop: EventLoop) { self.loop = loop }

    public var isOpen: Bool { state == .open }

    /// Queues one event. False when the buffer is full or the stream is over. An event longer than
    /// `bufferMax` could never be sent and is a programming error. The reader's next
    /// `Last-Event-ID` is `id`.
    public func send(event: String, id: Int64? = nil, data: [UInt8]) -> Bool {
        // To make one that is not taken would be the most of the work.
        let size = data.count + event.utf8.count + (id == nil ? 16 : 41)
        guard hasRoom(for: size) else { return false }
        append(ServerEvent(event, id: id, data: data))
        return true
    }

    /// The same for one that goes to many streams: they share its bytes.
    public func send(_ event: ServerEvent) -> Bool {
        guard hasRoom(for: event.count) else { return false }
        append(event)
        return true
    }

    private func append(_ event: ServerEvent) {
        waiting.append(event)
        buffered += event.count
        if isBlocked { pin() }
        queue()
    }

    private func hasRoom(for size: Int) -> Bool {
        loop.preconditionIsolated()
        precondition(size <= Self.bufferMax, "an event larger than the buffer")
        guard state == .open else { return false }
        if buffered + size <= Self.bufferMax { return true }
        wasRefused = true
        return false
    }

    /// Ends the response after what is buffered; also one that is yet to begin.
    public func close() {
        loop.preconditionIsolated()
        guard state == .open else { return }
        state = .finishing
        if daemon == nil {
            let closed = onClose
            onClose = nil
            closed?()
        } else {
            queue()
        }
    }

    // MARK: The daemon's side

    /// From here on `connection` is this stream's, which begins with `head`.
    func attach(
        _ connection: Connection,
        of daemon: Daemon,
        head: [UInt8],
        isChunked: Bool,
        nextBeatNs: UInt64
    ) {
        precondition(self.daemon == nil && state != .closed, "a stream belongs to one response")
        self.daemon = daemon
        self.connection = connection
        self.isChunked = isChunked
        self.nextBeatNs = nextBeatNs
        leaving = [SharedPiece(head)]
        buffered += head.count
        // A proxy may keep a head back until something of the body has come.
        waiting.insert(.comment, at: 0)
        buffered += ServerEvent.comment.count
        queue()
    }

    private func queue() {
        guard !isQueued, !isBlocked, let daemon else { return }
        isQueued = true
        daemon.write(self)
    }

    /// Gives the socket what it takes.
    func write() {
        isQueued = false
        guard let connection, let daemon, state != .closed else { return }
        frame()
        while !leaving.isEmpty {
            let pieces = unsafe leaving.prefix(Self.piecesMax).map { piece in
                let start = KeptAnswer.address(of: piece.bytes) + UInt(piece.range.lowerBound)
                return unsafe cshim_stream_piece(
                    bytes: UnsafeRawPointer(bitPattern: start),
                    count: piece.range.count
                )
            }
            let count = unsafe cshim_streams_send(
                connection.descriptor,
                pieces,
                Int32(pieces.count)
            )
            guard count > 0 || count == -EAGAIN || count == -EINTR else { return over() }
            if drop(max(0, count), of: unsafe pieces.count) { continue }
            block(true)
            return pin()
        }
        // Let the storage go: thousands of streams are silent most of the time.
        leaving = []
        if isBlocked { daemon.unpin(connection) }
        block(false)
        if state == .ending { return over() }
        if wasRefused, state == .open {
            wasRefused = false
            daemon.afterRun { [self] in onReady?() }
        }
    }

    /// The socket has taken so many bytes of the first `pieces`; whether those were all.
    private func drop(_ count: Int, of pieces: Int) -> Bool {
        var rest = count
        var done = 0
        while done < pieces, rest >= leaving[done].range.count {
            rest -= leaving[done].range.count
            done += 1
        }
        leaving.removeFirst(done)
        buffered = max(0, buffered - count)
        if done == pieces { return true }
        leaving[0].range = leaving[0].range.lowerBound + rest..<leaving[0].range.upperBound
        return false
    }

    /// Counts what waits for this slow reader.
    private func pin() {
        guard let daemon, let connection else { return }
        daemon.unpin(connection)
        for piece in leaving { daemon.pin(connection, piece) }
        for event in waiting { daemon.pin(connection, event.piece(isChunked: isChunked)) }
    }

    /// The events that wait; they are on their way now.
    func take() -> [UInt8] {
        defer { (waiting, buffered) = ([], 0) }
        return waiting.flatMap { event in
            let piece = event.piece(isChunked: false)
            return piece.bytes[piece.range]
        }
    }

    private func frame() {
        for event in waiting { leaving.append(event.piece(isChunked: isChunked)) }
        waiting = []
        guard state == .finishing else { return }
        state = .ending
        if isChunked { leaving.append(SharedPiece(Array("0\r\n\r\n".utf8))) }
    }

    private func block(_ isBlocked: Bool) {
        guard isBlocked != self.isBlocked, let connection else { return }
        self.isBlocked = isBlocked
        if let daemon, isBlocked { connection.sinceNs = daemon.nowNs }
        daemon?.wantWritable(isBlocked, connection)
    }

    /// A comment line if it is time and nothing is on its way.
    func beat(nowNs: UInt64, everyMs: Int) {
        guard state == .open, nowNs >= nextBeatNs else { return }
        nextBeatNs = nowNs + UInt64(everyMs) * 1_000_000
        guard waiting.isEmpty, leaving.isEmpty else { return }
        waiting = [.comment]
        buffered = ServerEvent.comment.count
        queue()
    }

    /// The peer is gone: drop what is buffered.
    func cut() { over() }

    private func over() {
        guard state != .closed, let daemon, let connection else { return }
        state = .closed
        (waiting, leaving) = ([], [])
        (self.daemon, self.connection) = (nil, nil)
        let closed = onClose
        (onReady, onClose) = (nil, nil)
        daemon.ended(connection)
        if let closed { daemon.afterRun(closed) }
    }
}
