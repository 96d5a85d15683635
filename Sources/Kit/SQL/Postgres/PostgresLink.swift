import CPostgres
import EventLoop

/// One connection to PostgreSQL, from its first packet to its loss; then it is thrown away. On the
/// loop only; nothing here blocks.
///
/// It is always in libpq's pipeline mode: what is sent is a queue of batches, each ended by a Sync,
/// and the answers come in that order. A batch without a `begin` is a transaction by itself: the
/// server commits it at its Sync, before it says that it is ready, and after an error it skips to
/// the Sync and undoes all of the batch. So a batch that fails leaves nothing to clear up, and the
/// next may be on its way already.
@safe final class PostgresLink {
    struct Batch {
        let statements: [SQL]
        let done: (Outcome) -> Void
    }

    enum Outcome {
        /// One reply a statement. An error at the Sync itself is one more.
        case answered([PostgresReply])
        /// The connection broke first: what was done is not known.
        case lost(String)
    }

    enum Form {
        case prepared(name: String)
        case unprepared
    }

    struct Awaited {
        var replies: [PostgresReply] = []
        /// How each statement was sent.
        var forms: [Form] = []
        let sentNs: UInt64
        let done: (Outcome) -> Void
    }

    let loop: EventLoop
    /// Owned: ended in `drop`.
    private(set) var connection: OpaquePointer?
    private var watch: FileWatch?
    private var timer: LoopTimer?
    private var isOpen = false
    private var opening: UnsafeContinuation<String?, Never>?
    private var mourners: [UnsafeContinuation<String, Never>] = unsafe []
    private(set) var lossReason: String?
    /// What a fatal error said before the connection ended.
    private var lastWords: String?
    var awaited = Fifo<Awaited>()
    var prepared: PreparedStatements
    /// Why a statement could not be prepared, by its name: told when its use fails.
    var failedPreparations: [String: PostgresFailure] = [:]
    var parameters = Parameters()
    /// Who is at the other end, once it has said so.
    var peer: PostgresPeer?
    /// The place of its host in the endpoint.
    var host = 0
    /// Nobody waits any more for the answers that are still to come; until they are here nothing
    /// is sent.
    private(set) var isStuck = false
    /// The wait for a standby was cancelled: what the server calls committed may be lost with it.
    private var unreplicated: String?

    init(on loop: EventLoop, statementsMax: Int) {
        self.loop = loop
        prepared = PreparedStatements(limit: statementsMax)
    }

    var isUsable: Bool { isOpen && !isStuck }
    var isIdle: Bool { awaited.isEmpty }

    /// `host:port`, as libpq names them.
    var server: String {
        let host = unsafe PQhost(connection).map { unsafe String(cString: $0) } ?? ""
        let port = unsafe PQport(connection).map { unsafe String(cString: $0) } ?? ""
        return "\(host):\(port)"
    }

    deinit { if let connection = unsafe connection { unsafe PQfinish(connection) } }

    // MARK: Opening

    /// Connects. Answers why not, or nil when statements can be sent.
    func open(_ settings: [(name: String, value: String)], timeoutMs: Int) async -> String? {
        let made = unsafe PostgresSettings.withPointers(settings) { names, values in
            unsafe PQconnectStartParams(names, values, 0)
        }
        guard let made = unsafe made else { return "out of memory" }
        unsafe connection = made
        // libpq would print them.
        unsafe PQsetNoticeReceiver(
            made,
            { link, notice in
                guard let link = unsafe link, let notice = unsafe notice else { return }
                unsafe Unmanaged<PostgresLink>.fromOpaque(link).takeUnretainedValue().hear(notice)
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        return unsafe await withUnsafeContinuation { continuation in
            unsafe opening = continuation
            timer = LoopTimer(on: loop, afterMs: timeoutMs) {
                self.drop("no connection within \(timeoutMs) ms")
            }
            if unsafe PQstatus(made) == CONNECTION_BAD {
                drop(errorText)
            } else {
                wait(for: .writable)
            }
        }
    }

    /// libpq may have taken another socket, under the same number even: the watch is always new.
    private func wait(for interest: FileWatch.Interest) {
        watch?.cancel()
        watch = FileWatch(unsafe PQsocket(connection), on: loop) { _ in self.poll() }
        watch?.want(interest)
    }

    private func poll() {
        watch?.cancel()
        watch = nil
        switch unsafe PQconnectPoll(connection) {
        case PGRES_POLLING_READING: wait(for: .readable)
        case PGRES_POLLING_WRITING: wait(for: .writable)
        case PGRES_POLLING_OK: opened()
        default: drop(errorText)
        }
    }

    private func opened() {
        guard unsafe PQsetnonblocking(connection, 1) == 0,
            unsafe PQenterPipelineMode(connection) == 1
        else { return drop(errorText) }
        timer?.cancel()
        timer = nil
        isOpen = true
        watch = FileWatch(unsafe PQsocket(connection), on: loop) { _ in self.handle() }
        watch?.want(.readable)
        resumeOpening(nil)
    }

    private func resumeOpening(_ reason: String?) {
        let waiting = unsafe opening
        unsafe opening = nil
        unsafe waiting?.resume(returning: reason)
    }

    // MARK: End

    /// Waits for the end of the connection, and answers why it came.
    func loss() async -> String {
        if let lossReason { return lossReason }
        return unsafe await withUnsafeContinuation { unsafe mourners.append($0) }
    }

    /// Fails what is in flight and lets go of the socket.
    func drop(_ reason: String) {
        guard let ending = unsafe connection else { return }
        let reason = lastWords ?? reason
        isOpen = false
        lossReason = reason
        timer?.cancel()
        timer = nil
        watch?.cancel()
        watch = nil
        unsafe connection = nil
        // Says good-bye if the socket takes it at once.
        unsafe PQfinish(ending)
        for batch in awaited.removeAll() { batch.done(.lost(reason)) }
        resumeOpening(reason)
        unsafe mourners.forEach { unsafe $0.resume(returning: reason) }
        unsafe mourners = []
    }

    /// Whether the oldest batch waits longer than `limitMs`.
    func isOverdue(limitMs: Int) -> Bool {
        let limitNs = UInt64(limitMs) * 1_000_000
        while let sentNs = awaited.first?.sentNs, loop.clock.monotonicNs() >= sentNs + limitNs {
            // After a stall of this process the answer may lie unread in the socket: look first.
            handle()
            if awaited.first?.sentNs == sentNs { return true }
        }
        return false
    }

    /// Fails what is in flight, and keeps the connection: the server works on it, and another
    /// connection would only be one more that waits. It can be used again when all is answered.
    func giveUpAnswers(_ reason: String) {
        guard isOpen else { return }
        let given = awaited.removeAll()
        guard !given.isEmpty else { return }
        isStuck = true
        for batch in given { awaited.append(Awaited(sentNs: batch.sentNs) { _ in }) }
        for batch in given { batch.done(.lost(reason)) }
    }

    /// libpq's last error on one line.
    var errorText: String {
        guard let text = unsafe PQerrorMessage(connection) else { return "connection closed" }
        let lines = unsafe String(cString: text).split { $0 == "\n" || $0 == "\t" }
        return lines.isEmpty ? "connection closed" : lines.joined(separator: " ")
    }

    // MARK: Answers

    private func handle() {
        guard isOpen else { return }
        let isAlive = unsafe PQconsumeInput(connection) == 1
        takeAnswers()
        guard isOpen else { return }
        if isAlive { flush() } else { drop(errorText) }
    }

    /// Gives the kernel what it takes, and waits for room for the rest.
    func flush() {
        guard isOpen else { return }
        let rest = unsafe PQflush(connection)
        if rest < 0 { return drop(errorText) }
        watch?.want(rest == 0 ? .readable : [.readable, .writable])
    }

    private func takeAnswers() {
        // libpq ends each statement's answers with a null.
        var nulls = 0
        while isOpen, unsafe PQisBusy(connection) == 0, !awaited.isEmpty {
            guard let raw = unsafe PQgetResult(connection) else {
                nulls += 1
                // Two in a row: it has nothing, though we wait. Its end shows at the next read.
                if nulls == 2 { return }
                continue
            }
            nulls = 0
            take(unsafe PostgresAnswer(raw))
        }
    }

    private func take(_ answer: consuming PostgresAnswer) {
        guard answer.isSync else {
            var reply = answer.reply
            if case .refused(let failure) = reply { reply = .refused(cause(of: failure)) }
            return awaited.withFirst { $0.replies.append(reply) }
        }
        if let unreplicated { return drop(unreplicated) }
        guard let batch = awaited.popFirst() else { return }
        if awaited.isEmpty { isStuck = false }
        batch.done(.answered(batch.replies))
    }

    /// A notice is nobody's error, but one: a commit's wait for a standby was cancelled at the
    /// server, which then answers as if it had come to its end. By the function's name, for the
    /// text is in the server's language.
    private func hear(_ notice: OpaquePointer) {
        func field(_ code: Unicode.Scalar) -> String? {
            unsafe PQresultErrorField(notice, Int32(code.value)).map { unsafe String(cString: $0) }
        }
        guard field("R") == "SyncRepWaitForLSN" else { return }
        unreplicated = field("M") ?? "the wait for a standby was cancelled"
    }

    private func cause(of failure: PostgresFailure) -> PostgresFailure {
        if failure.isFatal { lastWords = failure.text }
        guard let batch = awaited.first, batch.replies.count < batch.forms.count,
            case .prepared(let name) = batch.forms[batch.replies.count]
        else { return failure }
        switch failure.code {
        case "26000":
            if let cause = failedPreparations[name] { return cause }
            // Somebody else forgot it: nothing that we prepared can be relied upon.
            prepared = PreparedStatements(limit: prepared.limit)
        // A table that has changed under a plan.
        case "0A000": prepared.forget(name: name)
        default: break
        }
        return failure
    }
}
