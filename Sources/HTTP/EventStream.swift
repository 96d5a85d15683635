import CMicrohttpd
import CShims
public import EventLoop

/// Server-sent events to one visitor.
///
/// The stream keeps a small buffer and parks its connection while that is empty. When it is full,
/// `send` answers false and the caller keeps only the newest state until `onReady`: a slow reader
/// skips states, it never makes the server remember them.
///
/// `@unchecked Sendable`: every entry checks that it runs on the stream's loop. It has to travel
/// inside responses and to the actors of that loop.
@safe public final class EventStream: @unchecked Sendable {
    /// Bytes kept for a reader that is not keeping up: some ten tickets with their passes.
    /// 20,000 stuck readers would hold 320 MB.
    public static let bufferMax = 16_384
    /// Sent bytes may stay unacknowledged this long: a visitor whose network vanished is gone.
    static let unacknowledgedMs: UInt32 = 30_000

    private enum State { case open, finishing, cut, closed }

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
    private var buffer: [UInt8] = []
    private var sent = 0
    private var wasRefused = false
    private var isSuspended = false
    private weak var daemon: Daemon?
    private var handle: OpaquePointer?
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
        guard buffer.count - sent + size <= Self.bufferMax else {
            wasRefused = true
            return false
        }
        if let id { buffer.append(contentsOf: "id: \(id)\n".utf8) }
        buffer.append(contentsOf: "event: ".utf8)
        buffer.append(contentsOf: event.utf8)
        buffer.append(contentsOf: "\ndata: ".utf8)
        // A line break would end the field: each line becomes a field of its own.
        for byte in data {
            if byte == UInt8(ascii: "\n") {
                buffer.append(contentsOf: "\ndata: ".utf8)
            } else if byte != UInt8(ascii: "\r") {
                buffer.append(byte)
            }
        }
        buffer.append(contentsOf: "\n\n".utf8)
        wake()
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
            wake()
        }
    }

    // MARK: The daemon's side

    /// The response that carries this stream is being queued.
    func attach(_ handle: OpaquePointer, to daemon: Daemon, nextBeatNs: UInt64) {
        precondition(unsafe self.handle == nil, "a stream belongs to one response")
        self.daemon = daemon
        self.nextBeatNs = nextBeatNs
        unsafe self.handle = handle
        // The first bytes push the headers out, before there is any event.
        buffer.insert(contentsOf: ": \n\n".utf8, at: 0)
    }

    /// What libmicrohttpd may send now; 0 after parking the connection.
    func pull(into target: UnsafeMutablePointer<CChar>, max: Int) -> Int {
        let count = min(max, buffer.count - sent)
        if state == .cut { return cshim_mhd_end_with_error }
        guard count > 0 else {
            if state == .finishing { return cshim_mhd_end_of_stream }
            guard let handle = unsafe handle else { return cshim_mhd_end_with_error }
            isSuspended = true
            unsafe MHD_suspend_connection(handle)
            return 0
        }
        unsafe buffer.withUnsafeBytes {
            unsafe UnsafeMutableRawBufferPointer(start: target, count: count)
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
        }
        sent += count
        if sent == buffer.count {
            // Let the storage go: thousands of streams are silent most of the time.
            buffer = []
            sent = 0
            if wasRefused, state == .open {
                wasRefused = false
                daemon?.afterRun { [self] in onReady?() }
            }
        }
        return count
    }

    /// A comment line if it is time and nothing is on its way.
    func beat(nowNs: UInt64, everyMs: Int) {
        guard state == .open, nowNs >= nextBeatNs else { return }
        nextBeatNs = nowNs + UInt64(everyMs) * 1_000_000
        guard buffer.isEmpty else { return }
        buffer.append(contentsOf: ": \n\n".utf8)
        wake()
    }

    /// The peer is gone: drop what is buffered.
    func cut() {
        guard state != .closed else { return }
        state = .cut
        wake()
    }

    /// Over. Answers what is to be called about it.
    func end() -> (() -> Void)? {
        guard state != .closed else { return nil }
        state = .closed
        unsafe handle = nil
        isSuspended = false
        buffer = []
        let closed = onClose
        onReady = nil
        onClose = nil
        return closed
    }

    /// libmicrohttpd has let go of the response.
    func released() { daemon?.ended(self) }

    private func wake() {
        guard isSuspended, let handle = unsafe handle else { return }
        isSuspended = false
        unsafe MHD_resume_connection(handle)
        daemon?.wantRun()
    }
}
