import CShims
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
    private static let comment = Array(": \n\n".utf8)

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
    /// Events as they are.
    private var waiting: [UInt8] = []
    /// In the framing of the response, and what the socket has not taken of it.
    private var leaving: [UInt8] = []
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
        loop.preconditionIsolated()
        let size = data.count + event.utf8.count + (id == nil ? 16 : 41)
        precondition(size <= Self.bufferMax, "an event larger than the buffer")
        guard state == .open else { return false }
        guard waiting.count + leaving.count + size <= Self.bufferMax else {
            wasRefused = true
            return false
        }
        waiting.reserveCapacity(waiting.count + size)
        if let id { waiting.append(contentsOf: "id: \(id)\n".utf8) }
        waiting.append(contentsOf: "event: ".utf8)
        waiting.append(contentsOf: event.utf8)
        waiting.append(contentsOf: "\ndata: ".utf8)
        // A line break would end the field: each line becomes a field of its own.
        for byte in data {
            if byte == UInt8(ascii: "\n") {
                waiting.append(contentsOf: "\ndata: ".utf8)
            } else if byte != UInt8(ascii: "\r") {
                waiting.append(byte)
            }
        }
        waiting.append(contentsOf: "\n\n".utf8)
        queue()
        return true
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
        leaving = head
        // A proxy may keep a head back until something of the body has come.
        waiting.insert(contentsOf: Self.comment, at: 0)
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
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = unsafe leaving.withUnsafeBytes {
                unsafe Glibc.send(connection.descriptor, $0.baseAddress, $0.count, flags)
            }
            if count < leaving.count {
                guard count > 0 || errno == EAGAIN || errno == EINTR else { return over() }
                if count > 0 { leaving = Array(leaving[count...]) }
                return block(true)
            }
            // Let the storage go: thousands of streams are silent most of the time.
            leaving = []
            frame()
        }
        block(false)
        if state == .ending { return over() }
        if wasRefused, state == .open {
            wasRefused = false
            daemon.afterRun { [self] in onReady?() }
        }
    }

    /// The events that wait; they are on their way now.
    func take() -> [UInt8] {
        defer { waiting = [] }
        return waiting
    }

    private func frame() {
        let events = take()
        if !events.isEmpty {
            if isChunked { leaving += Array("\(String(events.count, radix: 16))\r\n".utf8) }
            leaving += events
            if isChunked { leaving += Array("\r\n".utf8) }
        }
        guard state == .finishing else { return }
        state = .ending
        if isChunked { leaving.append(contentsOf: "0\r\n\r\n".utf8) }
    }

    private func block(_ isBlocked: Bool) {
        guard isBlocked != self.isBlocked, let connection else { return }
        self.isBlocked = isBlocked
        daemon?.wantWritable(isBlocked, connection)
    }

    /// A comment line if it is time and nothing is on its way.
    func beat(nowNs: UInt64, everyMs: Int) {
        guard state == .open, nowNs >= nextBeatNs else { return }
        nextBeatNs = nowNs + UInt64(everyMs) * 1_000_000
        guard waiting.isEmpty, leaving.isEmpty else { return }
        waiting = Self.comment
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
