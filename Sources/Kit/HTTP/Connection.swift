import CHTTPShims
import Glibc

/// What the server remembers of one open connection.
///
/// libmicrohttpd only measures silence, which a client that drips a byte a second never falls into.
/// So each phase has a deadline of its own from its start, and a sweep cuts who is over it.
@safe final class Connection {
    enum Phase {
        /// Nothing but (parts of) headers have come: at the start, and between two requests.
        case headers, idle
        case body
        /// The server's turn: never the client's fault.
        case handler
        case answer
        case stream
    }

    /// libmicrohttpd's, until it tells that it has closed it, or a stream has taken the socket.
    let handle: OpaquePointer
    private(set) var descriptor: Int32
    let peer: NetworkAddress
    /// What its headers say of another client and host is believed.
    let isProxy: Bool
    /// `peer` is whom a trusted proxy's `ProxyHeader` names, or that proxy if it names nobody.
    let hasProxyHeader: Bool
    /// Place in the daemon's array.
    var index = 0
    private(set) var phase = Phase.headers
    private(set) var deadlineNs: UInt64
    /// When the phase began; of a stream, since when its socket takes nothing.
    var sinceNs: UInt64
    /// The texts that this connection keeps in memory, see `PinnedBytes`. One, but for streams.
    var pinned: [UInt] = []
    var stream: EventStream?
    /// No longer libmicrohttpd's: a stream has it, and its descriptor is ours to close.
    private(set) var isTaken = false
    /// The stream's number in `StreamSockets`.
    var streamID: UInt64 = 0
    /// Where the target of the request ends in libmicrohttpd's memory, until its headers have come;
    /// nil if there is a blank in it.
    var targetEnd: UnsafePointer<CChar>?
    /// The request whose handler keeps this connection parked.
    var parked: HTTPRequest?
    /// The handler of a request that changes nothing: it is cancelled when nobody waits for it.
    var reading: Task<Void, Never>?

    init(
        _ handle: OpaquePointer,
        descriptor: Int32,
        peer: NetworkAddress,
        isProxy: Bool,
        hasProxyHeader: Bool,
        deadlineNs: UInt64
    ) {
        unsafe self.handle = handle
        self.descriptor = descriptor
        self.peer = peer
        self.isProxy = isProxy
        self.hasProxyHeader = hasProxyHeader
        self.deadlineNs = deadlineNs
        sinceNs = 0
    }

    func enter(_ phase: Phase, at nowNs: UInt64, until deadlineNs: UInt64 = .max) {
        self.phase = phase
        sinceNs = nowNs
        self.deadlineNs = deadlineNs
    }

    func take(_ descriptor: Int32, for stream: EventStream, at nowNs: UInt64) {
        self.descriptor = descriptor
        self.stream = stream
        isTaken = true
        enter(.stream, at: nowNs)
    }

    /// Does the client delay things now?
    var isClientsTurn: Bool { phase != .handler }

    /// Is over at `deadlineNs`, or before.
    func end(by deadlineNs: UInt64) { self.deadlineNs = min(self.deadlineNs, deadlineNs) }

    /// Has it read the headers of a request that our handler has not been told of, and will not?
    var isAtFault: Bool {
        unsafe (phase == .idle || phase == .headers) && cshim_mhd_has_head(handle) != 0
    }

    /// Ends the connection; libmicrohttpd finds out by reading it.
    func cut() {
        deadlineNs = .max
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Is there nothing that this connection still waits for? Bytes that the kernel holds may be a
    /// whole request, which is still answered.
    var isIdle: Bool {
        (phase == .idle || phase == .headers) && cshim_mhd_has_unread(descriptor) == 0
    }

    /// Cancels the handler of a client that has gone. One that has only closed its own half counts
    /// as gone, too: the two look the same.
    func noticeDeparture() {
        guard phase == .handler, let task = reading, cshim_mhd_peer_has_left(descriptor) != 0
        else { return }
        reading = nil
        task.cancel()
    }

    /// Writes an answer past libmicrohttpd, and says that no other will follow: it takes none while
    /// a body is coming in, and its own have two heads, see `Daemon.libraryRefuses`.
    /// The send buffer is empty: earlier answers are out, so this small one is taken whole or the
    /// client is gone.
    func refuse(_ answer: [UInt8]) {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        _ = unsafe answer.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, flags)
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }
}
