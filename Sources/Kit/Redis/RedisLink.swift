import CHiredis
import EventLoop
import Glibc

/// One TCP or Unix connection, from its first packet to its loss; then it is thrown away. On the
/// loop only.
///
/// Danger: hiredis frees its context by itself, from inside `redisAsyncHandleRead` and `...Write`,
/// on any error. Its `ev.cleanup` hook is called once before every free; there the pointer is
/// forgotten, and after each call into hiredis `context` is read anew. The context holds this
/// object retained.
///
/// Commands only fill hiredis's output buffer. `flush`, at the end of the loop's turn, hands all of
/// them to the kernel in one `write`.
@safe final class RedisLink {
    typealias Context = UnsafeMutablePointer<redisAsyncContext>

    private let loop: EventLoop
    private var context: Context?
    private var watch: FileWatch?
    private var command = CommandBuffer()
    private var waiters = Fifo<ReplyWaiter>()
    private var isConnected = false
    /// Bytes were added since the last write.
    private var needsFlush = false
    private var isWriting = false
    /// The kernel's buffer was full: the rest leaves when the socket may be written again.
    private var isBlocked = false
    /// The time of this turn's first command: one clock reading serves a whole batch.
    private var turnNs: UInt64 = 0
    /// Waiters sent at or before this time lost their patience; 0 while there is none.
    private var overdueNs: UInt64 = 0
    private var lossReason: String?
    private(set) var statistics = RedisStatistics()

    /// Called once, when commands may be sent.
    var onOpen: () -> Void = {}
    /// Called with the text of each reply that refuses to work.
    var onRefusal: (String) -> Void = { _ in }
    /// Called once, after every waiter was failed. The link is dead.
    var onLoss: (String) -> Void = { _ in }

    init(on loop: EventLoop) { self.loop = loop }

    var isOpen: Bool { unsafe context != nil && isConnected }
    /// Connecting or open: its end will be reported through `onLoss`.
    var hasContext: Bool { unsafe context != nil }
    var inFlight: Int { waiters.count }

    /// Begins to connect. Answers why not, if that is known at once.
    func connect(to address: RedisEndpoint.Address) -> String? {
        let made =
            switch address {
            case .unix(let path): unsafe redisAsyncConnectUnix(path)
            case .tcp(let host, let port): unsafe redisAsyncConnect(host, Int32(port))
            }
        guard let made = unsafe made else { return "out of memory" }
        guard unsafe made.pointee.err == 0 else {
            let reason = unsafe Self.errorText(made)
            unsafe redisAsyncFree(made)
            return reason
        }
        // hiredis forgets this one: a child process must not keep the connection open.
        _ = unsafe fcntl(made.pointee.c.fd, F_SETFD, FD_CLOEXEC)
        unsafe context = made
        unsafe watch = FileWatch(made.pointee.c.fd, on: loop) { self.handle($0) }
        unsafe installHooks(in: made)
        return nil
    }

    // MARK: Commands

    /// Writes a command into the buffer that the next `submit` sends.
    func encode(count: Int, _ body: (inout CommandBuffer) -> Void) {
        precondition(count > 0, "a command has a name")
        command.begin(count: count)
        body(&command)
    }

    func submit(_ continuation: ReplyWaiter.Continuation) {
        if turnNs == 0 { turnNs = loop.clock.monotonicNs() }
        let waiter = unsafe ReplyWaiter(sentNs: turnNs, continuation)
        guard let context = unsafe context else { return waiter.resume(.failure(.closed)) }
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        let added = unsafe command.bytes.withUnsafeBytes { bytes in
            unsafe redisAsyncFormattedCommand(
                context,
                { _, reply, me in
                    guard let me = unsafe me else { return }
                    let link = unsafe Unmanaged<RedisLink>.fromOpaque(me).takeUnretainedValue()
                    unsafe link.answer(reply?.assumingMemoryBound(to: redisReply.self))
                },
                me,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count
            )
        }
        guard added == REDIS_OK else { return waiter.resume(.failure(.closed)) }
        waiters.append(waiter)
    }

    /// Sends what the turn has gathered. Answers true if that made new work: the connection broke.
    func flush() -> Bool {
        turnNs = 0
        guard needsFlush, !isBlocked, isOpen else { return false }
        write()
        return unsafe context == nil
    }

    // MARK: End

    /// Fails what is in flight and lets go of the socket.
    func drop(_ reason: String) {
        guard let context = unsafe context else { return }
        lossReason = reason
        unsafe redisAsyncFree(context)
    }

    /// Drops the link if its oldest command is older than `limitMs`. Answers whether it did.
    func dropIfOverdue(limitMs: Int) -> Bool {
        let limitNs = UInt64(limitMs) * 1_000_000
        var oldest = waiters.first?.sentNs
        while let sentNs = oldest, loop.clock.monotonicNs() >= sentNs + limitNs {
            // After a stall of this process the reply may lie unread in the socket: look first.
            read()
            let next = waiters.first?.sentNs
            guard next == sentNs else {
                oldest = next
                continue
            }
            overdueNs = loop.clock.monotonicNs() - limitNs
            drop("no reply within \(limitMs) ms")
            return true
        }
        return false
    }

    // MARK: hiredis

    private func answer(_ reply: UnsafePointer<redisReply>?) {
        guard let waiter = waiters.popFirst() else { return }
        guard let reply = unsafe reply else {
            let isOverdue = waiter.sentNs <= overdueNs
            if isOverdue { statistics.timeouts += 1 }
            return waiter.resume(.failure(isOverdue ? .timedOut : .closed))
        }
        let now = loop.clock.monotonicNs()
        statistics.noteLatency(ns: now > waiter.sentNs ? now - waiter.sentNs : 0)
        let outcome = unsafe ReplyCopy.outcome(reply)
        if case .failure(.refusing(let text)) = outcome {
            statistics.refusals += 1
            onRefusal(text)
        }
        waiter.resume(outcome)
    }

    private func handle(_ events: FileWatch.Interest) {
        // Until hiredis has seen the end of `connect` in a write event, reading means nothing.
        if events.contains(.writable) || !isConnected { write() }
        if events.contains(.readable), isConnected { read() }
    }

    private func read() {
        guard let context = unsafe context else { return }
        unsafe redisAsyncHandleRead(context)
    }

    private func write() {
        guard let context = unsafe context else { return }
        needsFlush = false
        isWriting = true
        if isConnected { statistics.writes += 1 }
        unsafe redisAsyncHandleWrite(context)
        isWriting = false
    }

    fileprivate func wantsToWrite() {
        if !isConnected {
            watch?.want(.writable)
        } else if isWriting {
            isBlocked = true
            watch?.want([.readable, .writable])
        } else {
            needsFlush = true
        }
    }

    fileprivate func hasWritten() {
        isBlocked = false
        watch?.want(.readable)
    }

    fileprivate func opened() {
        isConnected = true
        onOpen()
    }

    /// hiredis is about to close the socket and to free the context.
    fileprivate func contextEnds() {
        guard let context = unsafe context else { return }
        let reason = unsafe lossReason ?? Self.errorText(context)
        unsafe self.context = nil
        watch?.cancel()
        watch = nil
        let report = onLoss
        onOpen = {}
        onLoss = { _ in }
        onRefusal = { _ in }
        report(reason)
    }

    private static func errorText(_ context: Context) -> String {
        guard unsafe context.pointee.err != 0, let text = unsafe context.pointee.errstr else {
            return "connection closed"
        }
        return unsafe String(cString: text)
    }
}

extension RedisLink {
    /// Hooks before the connect callback: setting that one asks for the first write event.
    private func installHooks(in context: Context) {
        // Released in the cleanup hook, which hiredis calls exactly once.
        let me = unsafe Unmanaged.passRetained(self).toOpaque()
        unsafe context.pointee.ev.data = unsafe me
        unsafe context.pointee.ev.addWrite = { me in
            guard let me = unsafe me else { return }
            unsafe Unmanaged<RedisLink>.fromOpaque(me).takeUnretainedValue().wantsToWrite()
        }
        unsafe context.pointee.ev.delWrite = { me in
            guard let me = unsafe me else { return }
            unsafe Unmanaged<RedisLink>.fromOpaque(me).takeUnretainedValue().hasWritten()
        }
        unsafe context.pointee.ev.cleanup = { me in
            guard let me = unsafe me else { return }
            unsafe Unmanaged<RedisLink>.fromOpaque(me).takeRetainedValue().contextEnds()
        }
        unsafe redisAsyncSetConnectCallback(context) { context, status in
            guard status == REDIS_OK, let me = unsafe context?.pointee.ev.data else { return }
            unsafe Unmanaged<RedisLink>.fromOpaque(me).takeUnretainedValue().opened()
        }
    }
}

/// Who waits for a reply. Redis answers in the order of its commands. A trivial value: a command
/// allocates nothing for it.
@safe struct ReplyWaiter {
    typealias Outcome = Result<RedisValue, RedisError>
    typealias Continuation = UnsafeContinuation<Outcome, Never>

    let sentNs: UInt64
    private let continuation: Continuation

    init(sentNs: UInt64, _ continuation: Continuation) {
        self.sentNs = sentNs
        unsafe self.continuation = continuation
    }

    /// The task goes on in a later job of the loop, never inside this call.
    func resume(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
}
