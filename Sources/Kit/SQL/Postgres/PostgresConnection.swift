import EventLoop

/// One of a database's connections: the link there is now, and what is known when there is none.
final class PostgresConnection {
    let role: PostgresSettings.Role
    var link: PostgresLink?
    var attempts = 0
    var wasEverOpen = false
    /// Why the connection was lost or could not be made, last time.
    var lastFailure: String?

    init(_ role: PostgresSettings.Role) { self.role = role }
}

/// Connecting, losing and coming back.
extension PostgresDatabase {
    /// Begins to connect; answers at once.
    public func start() {
        guard !hasStarted, !isClosed else { return }
        hasStarted = true
        turnEnd.writer = writer
        let turnEnd = turnEnd
        loop.onTurnEnd { turnEnd.writer?.begin() ?? false }
        let limitMs = configuration.answerTimeoutMs
        // What waits does so at most a tenth longer than its limit.
        watchdog = LoopTimer(on: loop, afterMs: limitMs, repeatMs: max(1, limitMs / 10)) {
            self.writing.link?.dropIfOverdue(limitMs: limitMs)
            for reads in [self.answers, self.lists] {
                reads.connection.link?.dropIfOverdue(limitMs: limitMs)
                reads.expire()
            }
            self.writer.expire(limitMs: limitMs)
        }
        Task(executorPreference: loop) { await self.keepWriting() }
        Task(executorPreference: loop) { await self.keepAnswering() }
        Task(executorPreference: loop) { await self.keepListing() }
    }

    /// Waits until entries and reads can be sent; false if that takes longer than `timeoutMs`.
    public func whenConnected(timeoutMs: Int) async -> Bool {
        if problem() == nil { return true }
        if isClosed { return false }
        return unsafe await withUnsafeContinuation { continuation in
            let waiter = unsafe PatientCaller(continuation)
            waiter.timer = LoopTimer(on: loop, afterMs: timeoutMs) {
                self.patients.removeAll { $0 === waiter }
                waiter.resume(false)
            }
            patients.append(waiter)
        }
    }

    func end() {
        turnEnd.writer = nil
        watchdog?.cancel()
        watchdog = nil
        for connection in connections {
            connection.link?.drop("closed")
            connection.lastFailure = "closed"
        }
        for waiter in patients { waiter.resume(false) }
        patients = []
    }

    private func keepWriting() async { await keep(writing) }
    private func keepAnswering() async { await keep(answers.connection) }
    private func keepListing() async { await keep(lists.connection) }

    /// One attempt at a time, with growing pauses, for as long as this is not closed.
    private func keep(_ connection: PostgresConnection) async {
        var backoff = Backoff(minMs: configuration.backoffMinMs, maxMs: configuration.backoffMaxMs)
        while !isClosed {
            switch await open(connection.role, attempt: connection.attempts) {
            case .success(let link):
                backoff.reset()
                await use(link, on: connection)
            case .failure(let failure):
                connection.lastFailure = "\(endpoint): \(failure.reason)"
            }
            connection.attempts += 1
            guard !isClosed else { return }
            await loop.sleep(ms: backoff.nextMs(using: &random))
        }
    }

    /// Lets callers at it until it is lost.
    private func use(_ link: PostgresLink, on connection: PostgresConnection) async {
        guard !isClosed else { return link.drop("closed") }
        connection.link = link
        if connection.role == .writer { writer.link = link }
        if connection.wasEverOpen { noteReconnect() }
        connection.wasEverOpen = true
        if problem() == nil {
            for waiter in patients { waiter.resume(true) }
            patients = []
        }
        let reason = await link.loss()
        connection.link = nil
        connection.lastFailure = "\(endpoint): \(reason)"
    }

    /// Connects and greets.
    func open(
        _ role: PostgresSettings.Role,
        attempt: Int
    ) async -> Result<PostgresLink, ConnectionFailure> {
        var addresses: String?
        if let hosts = PostgresSettings.hosts(of: endpoint) {
            switch await lookUp(hosts, attempt: attempt) {
            case .success(let found): addresses = found
            case .failure(let failure): return .failure(failure)
            }
        }
        let link = PostgresLink(on: loop, statementsMax: configuration.statementsMax)
        let settings = PostgresSettings.all(
            endpoint,
            addresses: addresses,
            role: role,
            configuration
        )
        let limitMs = configuration.connectTimeoutMs
        if let reason = await link.open(settings, timeoutMs: limitMs) {
            return .failure(ConnectionFailure(reason: reason))
        }
        if let reason = await Greeting.refusal(of: link, timeoutMs: limitMs) {
            link.drop(reason)
            return .failure(ConnectionFailure(reason: reason))
        }
        return .success(link)
    }

    /// The next attempt takes the next address: a host may answer on one of two only.
    private func lookUp(
        _ hosts: [String],
        attempt: Int
    ) async -> Result<String, ConnectionFailure> {
        var found: [String] = []
        for host in hosts {
            // libpq takes the path itself where there is no address.
            guard !host.isEmpty, !host.hasPrefix("/") else {
                found.append("")
                continue
            }
            switch await NameLookup.addresses(of: host) {
            case .success(let addresses): found.append(addresses[attempt % addresses.count])
            case .failure(let failure):
                return .failure(ConnectionFailure(reason: failure.reason))
            }
        }
        return .success(found.joined(separator: ","))
    }
}

struct ConnectionFailure: Error { let reason: String }
