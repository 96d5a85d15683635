import EventLoop
import Logging

/// What is looked at again and again, and what was told of it last.
struct PostgresWatch {
    var timer: LoopTimer?
    /// Entries and reads could be sent once: before that nothing is lost.
    var wasWhole = false
    var told: DatabaseTrouble?
    /// A writer that is slow is looked after; what its session does, in the server's words.
    var isAttending = false
    var sessionState: String?
}

/// Looking after the connections: answers that are overdue, writes that do not work, a server that
/// is no longer the primary.
extension PostgresDatabase {
    /// What waits does so at most a tenth longer than its limit; before that nothing is overdue.
    func startWatch() {
        let limitMs = configuration.answerTimeoutMs
        watch.timer = LoopTimer(on: loop, afterMs: limitMs, repeatMs: max(1, limitMs / 10)) {
            self.tick()
        }
    }

    private func tick() {
        let limitMs = configuration.answerTimeoutMs
        for reads in [answers, lists] {
            if let link = reads.connection.link, link.isOverdue(limitMs: limitMs) {
                link.drop("no answer within \(limitMs) ms")
            }
            reads.expire()
        }
        if let link = writing.link, !link.isStuck, link.isOverdue(limitMs: limitMs) {
            giveUp(link)
        }
        if slowWriter == nil {
            watch.sessionState = nil
        } else if !watch.isAttending {
            watch.isAttending = true
            Task(executorPreference: loop) { await self.attendWriter() }
        }
        writer.expire(limitMs: limitMs)
        for link in connections.compactMap(\.link) {
            let history = configuration.newestHistory
            if let reason = link.peer?.history.flatMap(history.staleness) { link.drop(reason) }
        }
        probe()
        look()
    }

    // MARK: A writer that hangs

    /// Its entries are told that nobody knows what became of them. Its session goes on: a commit
    /// waits for a standby as long as that takes, and a new session would wait beside it. So there
    /// is none before this one is over, or the server with it.
    private func giveUp(_ link: PostgresLink) {
        let reason = "no answer within \(configuration.answerTimeoutMs) ms"
        writing.note(.slow, reason)
        link.giveUpAnswers(reason)
    }

    private var slowWriter: PostgresLink? {
        guard let link = writing.link, link.isOverdue(limitMs: configuration.slowAfterMs)
        else { return nil }
        return link
    }

    /// Asks, on the connection for answers, whether the session that hangs is still there: a server
    /// that answers nobody is away, and may be another one soon.
    private func attendWriter() async {
        defer { watch.isAttending = false }
        var backoff = Backoff(
            minMs: configuration.backoffMinMs,
            maxMs: configuration.sessionLookMaxMs
        )
        while let link = slowWriter, let peer = link.peer, !isClosed {
            do throws(SQLError) {
                let row = try await rows(peer.look).first
                // It may have answered meanwhile.
                guard link === slowWriter else { return }
                guard let row else { return link.drop("its session has ended") }
                watch.sessionState = try row.text(0)
            } catch {
                guard link === slowWriter else { return }
                guard case .busy = error else {
                    return link.drop("a write was not answered, nor a read: \(error.text)")
                }
                watch.sessionState = watch.sessionState ?? "an unknown state"
            }
            await loop.sleep(ms: backoff.nextMs(using: &random))
        }
    }

    /// Waits until nothing is left of the last connection at the server, and sees to it.
    func endLeftover(of connection: PostgresConnection) async {
        guard connection.role == .writer else { return }
        var backoff = Backoff(
            minMs: configuration.backoffMinMs,
            maxMs: configuration.sessionLookMaxMs
        )
        while let peer = connection.leftover, !isClosed {
            guard answers.connection.link?.isUsable == true else {
                if let problem = answers.connection.problem {
                    connection.note(problem.trouble, problem.reason)
                }
                await loop.sleep(ms: configuration.backoffMinMs)
                continue
            }
            do throws(SQLError) {
                if try await rows(peer.termination).isEmpty {
                    connection.leftover = nil
                } else {
                    connection.note(
                        .slow,
                        "session \(peer.pid) of the last connection has not ended"
                    )
                }
            } catch .broken(let reason) {
                Log.warn("ledger_session_left", [("pid", "\(peer.pid)"), ("reason", reason)])
                connection.leftover = nil
            } catch {
                connection.note(.away, error.text)
            }
            guard connection.leftover != nil else { return }
            await loop.sleep(ms: backoff.nextMs(using: &random))
        }
    }

    /// For the end of this process; what waits for a standby would wait on.
    func endSession(of peer: PostgresPeer) async {
        do throws(SQLError) {
            _ = try await rows(peer.termination)
        } catch {
            Log.warn("ledger_session_left", [("pid", "\(peer.pid)"), ("reason", error.text)])
        }
    }

    // MARK: Whether it works

    /// One at a time: behind nobody's entries, who would tell as much.
    private func probe() {
        guard let link = writing.link, link.isUsable, link.isIdle,
            let statements = writer.health.probe()
        else { return }
        let health = writer.health
        let batch = PostgresLink.Batch(statements: statements) { health.answered($0) }
        link.send([batch], preparing: false)
    }

    /// Why entries or reads cannot be sent.
    var connectionProblem: DatabaseProblem? {
        if isClosed { return DatabaseProblem(trouble: .away, reason: "closed") }
        return connections.lazy.compactMap(\.problem).first
    }

    func obstacle() -> DatabaseProblem? {
        var problem = connectionProblem
        if problem == nil, slowWriter != nil {
            let reason = "a write was not answered within \(configuration.slowAfterMs) ms"
            problem = DatabaseProblem(trouble: .slow, reason: reason)
        }
        if problem?.trouble == .slow, let state = watch.sessionState {
            problem?.reason += ", its session is in \(state)"
        }
        return problem ?? writer.health.problem
    }

    /// Tells what has changed: those that wait for a connection, and the operator.
    func look() {
        guard !isClosed else { return }
        if connectionProblem == nil { resumePatients(true) }
        let obstacle = obstacle()
        if obstacle == nil { watch.wasWhole = true }
        guard watch.wasWhole, obstacle?.trouble != watch.told else { return }
        // What a session waits for is known in a moment, and is part of the line.
        if obstacle?.trouble == .slow, slowWriter != nil, watch.sessionState == nil { return }
        watch.told = obstacle?.trouble
        var fields = [("ledger", "\(endpoint)")]
        guard let obstacle else { return Log.info("ledger_back", fields) }
        fields.append(("reason", obstacle.reason))
        switch obstacle.trouble {
        case .away: Log.warn("ledger_lost", fields)
        case .readOnly: Log.warn("ledger_read_only", fields)
        case .full: Log.warn("ledger_full", fields)
        case .slow: Log.warn("ledger_slow", fields)
        }
    }

    func tellMove(from before: String?, to server: String) {
        guard let before, before != server else { return }
        Log.info("ledger_moved", [("from", before), ("to", server)])
    }
}
