import CHiredis
import EventLoop

/// One connected socket, from its first command to its loss; then it is thrown away. On the loop
/// only.
///
/// Commands only fill the output buffer. `flush`, at the end of the loop's turn, hands all of them
/// to the kernel in one `write`. hiredis reads the replies; the socket is ours.
@safe final class RedisLink {
    private let loop: EventLoop
    private var socket: RedisSocket?
    private var watch: FileWatch?
    private let reader: UnsafeMutablePointer<redisReader>
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputMax, alignment: 16)
    private var output = CommandBuffer()
    private var waiters = Fifo<ReplyWaiter>()
    /// The kernel's buffer was full: the rest leaves when the socket may be written again.
    private var isBlocked = false
    /// There is more to read, and the socket may not become readable again: `read` goes on at the
    /// next event that says it may be written, which mostly comes at once.
    private var readsOn = false
    /// The time of this turn's first command: one clock reading serves a whole batch.
    private var turnNs: UInt64 = 0
    /// Waiters sent at or before this time lost their patience; 0 while there is none.
    private var overdueNs: UInt64 = 0
    private(set) var statistics = RedisStatistics()

    /// Bytes of one read.
    private static let inputMax = 64 << 10
    /// Reads before others of the loop get their turn: 1 MiB.
    private static let readsMax = 16

    /// Called with the text of each reply that refuses to work.
    var onRefusal: (String) -> Void = { _ in }
    /// Called with each message of a channel, where one is listened to.
    var onMessage: ((RedisValue) -> Void)?
    /// Called once, after every waiter was failed. The link is dead.
    var onLoss: (String) -> Void = { _ in }
    /// Why the link is dead, and whether the end was not ours.
    private(set) var lossReason: String?
    private(set) var isBroken = false

    init(_ socket: RedisSocket, on loop: EventLoop) {
        guard let reader = unsafe redisReaderCreate() else { fatalError("out of memory") }
        unsafe self.reader = unsafe reader
        // hiredis gives an empty buffer back that is larger than this: it keeps that of one read.
        unsafe reader.pointee.maxbuf = 4 * Self.inputMax
        self.loop = loop
        self.socket = socket
        watch = FileWatch(socket.descriptor, on: loop) { self.handle($0) }
        watch?.want(.readable)
    }

    deinit {
        unsafe redisReaderFree(reader)
        unsafe input.deallocate()
    }

    var isOpen: Bool { socket != nil }
    var inFlight: Int { waiters.count }
    var unsent: Int { output.count }

    // MARK: Commands

    /// Writes a command into the buffer that the next `flush` sends; `submit` follows.
    func encode(count: Int, _ body: (inout CommandBuffer) -> Void) {
        precondition(count > 0, "a command has a name")
        output.begin(count: count)
        body(&output)
    }

    func submit(_ continuation: ReplyWaiter.Continuation) {
        if turnNs == 0 { turnNs = loop.clock.monotonicNs() }
        let waiter = unsafe ReplyWaiter(sentNs: turnNs, continuation)
        guard isOpen else {
            output.removeAll()
            return waiter.resume(.failure(.closed))
        }
        waiters.append(waiter)
    }

    /// Sends what the turn has gathered. Answers true if that made new work: the connection broke.
    func flush() -> Bool {
        turnNs = 0
        guard !output.isEmpty, !isBlocked, isOpen else { return false }
        write()
        return !isOpen
    }

    // MARK: End

    /// Fails what is in flight and lets go of the socket.
    func drop(_ reason: String) { drop(reason, isBroken: false) }

    private func drop(_ reason: String, isBroken: Bool) {
        guard isOpen else { return }
        lossReason = reason
        self.isBroken = isBroken
        watch?.cancel()
        watch = nil
        if !isBroken { socket?.end() }
        socket = nil
        output.removeAll()
        for waiter in waiters.removeAll() {
            let isOverdue = waiter.sentNs <= overdueNs
            if isOverdue { statistics.timeouts += 1 }
            waiter.resume(.failure(isOverdue ? .timedOut : .closed))
        }
        let report = onLoss
        onLoss = { _ in }
        onRefusal = { _ in }
        onMessage = nil
        report(reason)
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

    // MARK: Socket

    private func handle(_ events: FileWatch.Interest) {
        if isBlocked { write() }
        if readsOn || events.contains(.readable) { read() }
    }

    private func write() {
        guard let socket else { return }
        isBlocked = false
        statistics.writes += 1
        switch unsafe output.withUnsent({ unsafe socket.write($0) }) {
        case .moved(let count):
            output.consume(count)
            isBlocked = !output.isEmpty
        case .needs: isBlocked = true
        case .ended(let reason):
            // The server's last words say more: an alert of TLS, say.
            read()
            return drop(reason, isBroken: true)
        }
        watchOn()
    }

    private func read() {
        readsOn = false
        for _ in 0..<Self.readsMax {
            guard let socket else { return }
            switch unsafe socket.read(into: input) {
            case .moved(let count):
                takeReplies(count)
                guard count == Self.inputMax || socket.hasMore else { return watchOn() }
            case .needs(let interest):
                readsOn = interest == .writable
                return watchOn()
            case .ended(let reason): return drop(reason, isBroken: true)
            }
        }
        readsOn = socket?.hasMore ?? false
        watchOn()
    }

    private func watchOn() {
        watch?.want(isBlocked || readsOn ? [.readable, .writable] : .readable)
    }

    // MARK: Replies

    /// Reads replies from the first `count` bytes of the input, and hands each to the caller who
    /// waits for it.
    private func takeReplies(_ count: Int) {
        unsafe redisReaderFeed(reader, input.baseAddress, count)
        // An answer may end in the link's end.
        while isOpen {
            var found: UnsafeMutableRawPointer?
            guard unsafe redisReaderGetReply(reader, &found) == REDIS_OK else {
                return drop(readFault)
            }
            guard let reply = unsafe found else { return }
            defer { unsafe freeReplyObject(reply) }
            unsafe answer(ReplyCopy.outcome(reply.assumingMemoryBound(to: redisReply.self)))
        }
    }

    /// Why what arrived is no reply.
    private var readFault: String {
        // The type of a TLS alert.
        if statistics.roundTrips == 0, unsafe input[0] == 0x15 {
            return "it answers with TLS: the address needs rediss:// or tls=1"
        }
        return unsafe String(cString: chiredis_reader_error(reader))
    }

    private func answer(_ outcome: ReplyWaiter.Outcome) {
        if let onMessage, case .success(let value) = outcome,
            value.array?.first?.string == "message"
        {
            return onMessage(value)
        }
        guard let waiter = waiters.popFirst() else {
            // A server that has no room for one more client says so unasked.
            if case .failure(.server(let text)) = outcome { return drop(text) }
            return drop("a reply to no command")
        }
        let now = loop.clock.monotonicNs()
        statistics.noteLatency(ns: now > waiter.sentNs ? now - waiter.sentNs : 0)
        if case .failure(.refusing(let text)) = outcome {
            statistics.refusals += 1
            onRefusal(text)
        }
        waiter.resume(outcome)
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
