import CCurl
import CCurlShims
import EventLoop
import Glibc

/// HTTP for thousands of visitors over one pool of connections, on one loop.
///
/// libcurl's multi interface tells which sockets and which timer it waits for; the loop waits for
/// them. Three tricks keep a request cheap:
/// - At most `connections` transfers are with libcurl, the rest wait in a queue here: libcurl never
///   searches for a connection it may not open, and a request's send instant is when its turn came.
/// - An idle socket stays watched for reading: using it again costs no `epoll_ctl`.
///   A socket that never got connected is closed by libcurl 7.88 without a word, and its number may
///   be another's by the time libcurl lets go of it: its inode tells.
/// - "Call me at once" timers become one call at the end of the loop's turn.
@safe final class CurlClient {
    /// Requests that wait for a connection: 2 a visitor at 500,000 visitors.
    static let queuedMax = 1_000_000
    static let timeoutMs = 10_000
    /// How late libcurl's own timers (time-outs) may be noticed.
    private static let tickMs = 5

    private let loop: EventLoop
    private let connections: Int
    private let requestTimeoutMs: Int
    private let multi: UnsafeMutableRawPointer
    /// Requests that wait for a connection.
    private typealias Queue = Fifo<(request: Request, sinceNs: Int64, done: (Response) -> Void)>
    private var queue = Queue()
    private var free: [Transfer] = []
    private var active: [ObjectIdentifier: Transfer] = [:]
    private var streams: [StreamID: Transfer] = [:]
    private var lastStream: StreamID = 0
    /// By descriptor.
    private var sockets: [Socket?] = []
    private var timer: LoopTimer?
    /// When libcurl wants to be called next; 0 is at once, nil never.
    private var dueNs: Int64?
    private var isOpen = true
    private(set) var connectionsOpened = 0
    /// The longest a request waited here before it was sent; no latency includes it.
    private(set) var waitMaxNs: Int64 = 0

    typealias StreamID = Int

    private struct Socket {
        var watch: FileWatch
        var isWanted: Bool
        var inode: UInt
        /// Was seen open after a use: closing it is announced from then on.
        var isConnected = false
    }

    /// `connections` is both: requests in flight at once, and connections kept open.
    init(on loop: EventLoop, connections: Int, timeoutMs: Int = CurlClient.timeoutMs) {
        loop.preconditionIsolated()
        self.loop = loop
        self.connections = connections
        requestTimeoutMs = timeoutMs
        // libcurl is told not to touch signals, and a TLS peer that is gone would raise this one.
        _ = signal(SIGPIPE, SIG_IGN)
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        guard let multi = unsafe curl_multi_init() else { preconditionFailure("curl_multi_init") }
        unsafe self.multi = multi
        let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        let code = unsafe cshim_curl_multi_configure(
            multi,
            connections,
            { _, descriptor, what, owner, _ in
                unsafe CurlClient.of(owner)?.wants(what, of: descriptor)
                return 0
            },
            { _, timeoutMs, owner in
                unsafe CurlClient.of(owner)?.wantsCall(afterMs: timeoutMs)
                return 0
            },
            owner
        )
        precondition(code == CURLM_OK, "curl_multi_setopt: \(code.rawValue)")
        loop.onTurnEnd { [weak self] in self?.turn() ?? false }
        // Its body is empty: that the loop turns is what makes `turn` look at the time.
        timer = LoopTimer(on: loop, afterMs: Self.tickMs, repeatMs: Self.tickMs) {}
    }

    /// The client that libcurl was given.
    private static func of(_ owner: UnsafeMutableRawPointer?) -> CurlClient? {
        unsafe owner.map { unsafe Unmanaged<CurlClient>.fromOpaque($0).takeUnretainedValue() }
    }

    var inFlight: Int { active.count - streams.count }
    var queued: Int { queue.count }

    /// Sends `request` when a connection is free; `done` is called once, on the loop, in a later
    /// step.
    func send(_ request: Request, _ done: @escaping (Response) -> Void) {
        guard isOpen, queue.count < Self.queuedMax else {
            return done(failed(.queueFull))
        }
        queue.append((request: request, sinceNs: nowNs, done: done))
    }

    /// Opens a stream on a connection beside the pool. `onEnd` comes when it ends by itself,
    /// for whatever reason.
    func stream(
        _ request: Request,
        onBytes: @escaping ([UInt8]) -> Void,
        onEnd: @escaping (Response) -> Void
    ) -> StreamID {
        lastStream += 1
        let id = lastStream
        streams[id] = start(request, timeoutMs: 0, onBytes: onBytes) { [weak self] response in
            self?.streams[id] = nil
            onEnd(response)
        }
        return id
    }

    /// Ends a stream from this side; its `onEnd` is not called. Not from within `onBytes`.
    func cancel(_ stream: StreamID) {
        guard let transfer = streams.removeValue(forKey: stream) else { return }
        active[ObjectIdentifier(transfer)] = nil
        unsafe curl_multi_remove_handle(multi, transfer.easy)
        transfer.clear()
        free.append(transfer)
    }

    /// Ends everything; nobody is called back any more. libcurl still closes its sockets here.
    func close() {
        guard isOpen else { return }
        isOpen = false
        timer = nil
        queue = Queue()
        for transfer in active.values {
            unsafe curl_multi_remove_handle(multi, transfer.easy)
            transfer.clear()
        }
        active = [:]
        streams = [:]
        free = []
        unsafe curl_multi_cleanup(multi)
        sockets = []
    }

    deinit { close() }

    // MARK: A turn

    /// Starts what may start, lets libcurl work, hands out what ended. True if anything happened.
    private func turn() -> Bool {
        guard isOpen else { return false }
        var worked = false
        while inFlight < connections, let next = queue.popFirst() {
            waitMaxNs = max(waitMaxNs, nowNs - next.sinceNs)
            _ = start(next.request, timeoutMs: requestTimeoutMs, onBytes: nil, next.done)
            worked = true
        }
        if let due = dueNs, due <= nowNs {
            dueNs = nil
            act(on: cshim_curl_socket_timeout, 0)
            worked = true
        }
        return handOut() || worked
    }

    private func start(
        _ request: Request,
        timeoutMs: Int,
        onBytes: (([UInt8]) -> Void)?,
        _ done: @escaping (Response) -> Void
    ) -> Transfer? {
        guard let transfer = free.popLast() ?? makeTransfer(),
            transfer.prepare(request, timeoutMs: timeoutMs)
        else {
            done(failed(.other))
            return nil
        }
        transfer.onBytes = onBytes
        transfer.onEnd = done
        transfer.sentNs = nowNs
        active[ObjectIdentifier(transfer)] = transfer
        unsafe curl_multi_add_handle(multi, transfer.easy)
        return transfer
    }

    private func makeTransfer() -> Transfer? {
        unsafe Transfer(owner: Unmanaged.passUnretained(self).toOpaque()) { owner, descriptor in
            unsafe CurlClient.of(owner)?.closeSocket(descriptor) ?? -1
        }
    }

    private func handOut() -> Bool {
        var ended = false
        var left: Int32 = 0
        while isOpen, let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE,
                let easy = unsafe message.pointee.easy_handle,
                let raw = unsafe cshim_curl_easy_transfer(easy)
            else { continue }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(raw).takeUnretainedValue()
            let response = unsafe transfer.response(message.pointee.data.result, atNs: nowNs)
            // The message is gone after this call.
            unsafe curl_multi_remove_handle(multi, easy)
            active[ObjectIdentifier(transfer)] = nil
            connectionsOpened += response.connects
            let done = transfer.onEnd
            transfer.clear()
            free.append(transfer)
            done?(response)
            ended = true
        }
        return ended
    }

    private func act(on descriptor: Int32, _ events: Int32) {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(multi, descriptor, events, &running)
    }

    // MARK: What libcurl asks for

    private func wantsCall(afterMs ms: Int) {
        dueNs = ms < 0 ? nil : ms == 0 ? 0 : nowNs + Int64(ms) * 1_000_000
    }

    private func wants(_ what: Int32, of descriptor: Int32) {
        let index = Int(descriptor)
        if index >= sockets.count {
            sockets += Array(repeating: nil, count: index + 1 - sockets.count)
        }
        guard what != CURL_POLL_REMOVE else { return letGo(of: descriptor) }
        var socket =
            sockets[index]
            ?? Socket(
                watch: FileWatch(descriptor, on: loop) { [weak self] ready in
                    self?.ready(descriptor, ready)
                },
                isWanted: true,
                inode: Self.inode(of: descriptor) ?? 0
            )
        socket.isWanted = true
        sockets[index] = socket
        let watch = socket.watch
        var interest: FileWatch.Interest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        watch.want(interest)
    }

    /// libcurl is done with a socket for now, or closed it before it was connected.
    private func letGo(of descriptor: Int32) {
        let index = Int(descriptor)
        guard var socket = sockets[index] else { return }
        if !socket.isConnected, Self.inode(of: descriptor) != socket.inode {
            socket.watch.cancel()
            sockets[index] = nil
            return
        }
        socket.isConnected = true
        socket.isWanted = false
        sockets[index] = socket
    }

    /// Which file a descriptor is, as long as it is one.
    private static func inode(of descriptor: Int32) -> UInt? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        return UInt(status.st_ino)
    }

    private func ready(_ descriptor: Int32, _ events: FileWatch.Interest) {
        guard isOpen, let socket = sockets[Int(descriptor)] else { return }
        guard socket.isWanted else {
            // The server closed an idle connection; libcurl finds out when it looks at it next.
            return socket.watch.want([])
        }
        var mask: Int32 = 0
        if events.contains(.readable) { mask |= CURL_CSELECT_IN }
        if events.contains(.writable) { mask |= CURL_CSELECT_OUT }
        act(on: descriptor, mask)
    }

    private func closeSocket(_ descriptor: Int32) -> Int32 {
        if Int(descriptor) < sockets.count {
            // libuv must let go before the number is used again.
            sockets[Int(descriptor)]?.watch.cancel()
            sockets[Int(descriptor)] = nil
        }
        return Glibc.close(descriptor)
    }

    private func failed(_ failure: ExchangeFailure) -> Response {
        Response(failure: failure, sentNs: nowNs, receivedNs: nowNs)
    }

    private var nowNs: Int64 { Int64(loop.clock.monotonicNs()) }
}
