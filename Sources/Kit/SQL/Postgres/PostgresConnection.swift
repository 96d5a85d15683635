import EventLoop

/// One of a database's connections: the link there is now, and what is known when there is none.
final class PostgresConnection {
    let role: PostgresSettings.Role
    var link: PostgresLink?
    var attempts = 0
    /// Which of the endpoint's hosts the next attempt begins with.
    var nextHost = 0
    /// Where it was connected last: `host:port`.
    var server: String?
    /// Why the connection was lost or could not be made, last time.
    var lastFailure: String?
    var lastTrouble = DatabaseTrouble.away
    /// The server's end of a lost connection, until it is known to be gone. One that waits for a
    /// standby does not see that its client has gone, and each new connection would leave one more.
    var leftover: PostgresPeer?

    init(_ role: PostgresSettings.Role) { self.role = role }

    /// Nil while it can be used.
    var problem: DatabaseProblem? {
        guard link?.isUsable != true else { return nil }
        // A loss is noted when its turn comes.
        if let reason = link?.lossReason { return DatabaseProblem(trouble: .away, reason: reason) }
        let reason = lastFailure ?? "not connected yet"
        return DatabaseProblem(trouble: lastTrouble, reason: reason)
    }

    func note(_ trouble: DatabaseTrouble, _ reason: String) {
        lastTrouble = trouble
        lastFailure = reason
    }
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
        startWatch()
        Task(executorPreference: loop) { await self.keepWriting() }
        Task(executorPreference: loop) { await self.keepAnswering() }
        Task(executorPreference: loop) { await self.keepListing() }
    }

    /// Waits until entries and reads can be sent; false if that takes longer than `timeoutMs`.
    public func whenConnected(timeoutMs: Int) async -> Bool {
        if connectionProblem == nil { return true }
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
        watch.timer?.cancel()
        watch.timer = nil
        for connection in connections {
            connection.link?.drop("closed")
            connection.note(.away, "closed")
        }
        resumePatients(false)
    }

    func resumePatients(_ isConnected: Bool) {
        for waiter in patients { waiter.resume(isConnected) }
        patients = []
    }

    private func keepWriting() async { await keep(writing) }
    private func keepAnswering() async { await keep(answers.connection) }
    private func keepListing() async { await keep(lists.connection) }

    /// One attempt at a time, with growing pauses, for as long as this is not closed.
    private func keep(_ connection: PostgresConnection) async {
        var backoff = Backoff(minMs: configuration.backoffMinMs, maxMs: configuration.backoffMaxMs)
        while !isClosed {
            await endLeftover(of: connection)
            let (attempt, first) = (connection.attempts, connection.nextHost)
            switch await open(connection.role, attempt: attempt, from: first) {
            case .success(let link):
                backoff.reset()
                await use(link, on: connection)
            case .failure(let failure):
                connection.note(failure.trouble, failure.reason)
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
        let before = connection.server
        connection.server = link.server
        if before != nil { noteReconnect() }
        if connection.role == .writer {
            writer.link = link
            if before != nil { writer.health.restart() }
            tellMove(from: before, to: link.server)
        }
        look()
        let reason = await link.loss()
        connection.link = nil
        connection.leftover = link.peer
        // A host that hangs is not asked again before the others.
        connection.nextHost = link.host + 1
        connection.note(.away, reason)
        look()
    }

    /// Connects and greets: all hosts in turn, beginning with the one at place `first`.
    func open(
        _ role: PostgresSettings.Role,
        attempt: Int = 0,
        from first: Int = 0
    ) async -> Result<PostgresLink, ConnectionFailure> {
        let hosts = PostgresHost.all(of: endpoint)
        var failures: [ConnectionFailure] = []
        for place in hosts.indices {
            let index = (first + place) % hosts.count
            switch await open(role, at: hosts[index], of: hosts.count, attempt: attempt) {
            case .success(let link):
                link.host = index
                return .success(link)
            case .failure(let failure): failures.append(failure)
            }
            guard !isClosed else { break }
        }
        let isReadOnly = failures.allSatisfy { $0.trouble == .readOnly }
        return .failure(
            ConnectionFailure(
                reason: failures.map(\.reason).joined(separator: "; "),
                trouble: isReadOnly ? .readOnly : .away
            )
        )
    }

    private func open(
        _ role: PostgresSettings.Role,
        at host: PostgresHost,
        of hosts: Int,
        attempt: Int
    ) async -> Result<PostgresLink, ConnectionFailure> {
        let found: PostgresHost
        switch await host.lookedUp(attempt: attempt) {
        case .success(let host): found = host
        case .failure(let failure): return .failure(failure.at(host, of: hosts))
        }
        let link = PostgresLink(on: loop, statementsMax: configuration.statementsMax)
        let settings = PostgresSettings.all(endpoint, host: found, role: role, configuration)
        let limitMs = configuration.connectTimeoutMs
        if let reason = await link.open(settings, timeoutMs: limitMs) {
            return .failure(ConnectionFailure(libpq: reason).at(host, of: hosts))
        }
        let failure: ConnectionFailure
        switch await Greeting.peer(of: link, timeoutMs: limitMs) {
        case .success(let peer):
            let history = configuration.newestHistory
            guard let reason = peer.history.flatMap({ history.refusal(of: $0, hosts: hosts) })
            else {
                link.peer = peer
                return .success(link)
            }
            failure = ConnectionFailure(reason: reason)
        case .failure(let refused): failure = refused
        }
        link.drop(failure.reason)
        return .failure(failure.at(host, of: hosts))
    }
}

struct ConnectionFailure: Error {
    var reason: String
    var trouble = DatabaseTrouble.away

    init(reason: String, trouble: DatabaseTrouble = .away) {
        self.reason = reason
        self.trouble = trouble
    }

    /// libpq's words for what `target_session_attrs` refuses.
    init(libpq reason: String) {
        self.reason = reason
        let isReadOnly =
            reason.contains("session is read-only")
            || reason.contains("server is in hot standby mode")
        trouble = isReadOnly ? .readOnly : .away
    }

    /// Names the host, where there are several.
    func at(_ host: PostgresHost, of hosts: Int) -> ConnectionFailure {
        guard hosts > 1 else { return self }
        let name = [host.name ?? host.address ?? "", host.port].compactMap(\.self)
        return ConnectionFailure(
            reason: "\(name.joined(separator: ":")): \(reason)",
            trouble: trouble
        )
    }
}
