import EventLoop
import Logging

/// What is looked at again and again, and what was told of it last.
struct PostgresWatch {
    var timer: LoopTimer?
    /// Entries and reads could be sent once: before that nothing is lost.
    var wasWhole = false
    var told: DatabaseTrouble?
}

/// Looking after the connections: answers that are overdue, writes that do not work, a server that
/// is no longer the primary.
extension PostgresDatabase {
    /// What waits does so at most a tenth longer than its limit.
    func startWatch() {
        let everyMs = max(1, configuration.answerTimeoutMs / 10)
        watch.timer = LoopTimer(on: loop, afterMs: everyMs, repeatMs: everyMs) { self.tick() }
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
            giveUp(link, "no answer within \(limitMs) ms")
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
    private func giveUp(_ link: PostgresLink, _ reason: String) {
        writing.note(.slow, reason)
        link.giveUpAnswers(reason)
        Task(executorPreference: loop) { await self.attendWriter(reason) }
    }

    /// Asks, on the connection for answers, whether the session that hangs is still there.
    private func attendWriter(_ reason: String) async {
        guard let link = writing.link, let peer = link.peer else { return }
        var backoff = Backoff(
            minMs: configuration.backoffMinMs,
            maxMs: configuration.sessionLookMaxMs
        )
        while link.isStuck, !isClosed {
            do throws(SQLError) {
                guard let row = try await rows(peer.look).first else {
                    return link.drop("\(reason), and its session has ended")
                }
                let state = try row.text(0)
                guard link.isStuck else { return }
                writing.note(.slow, "\(reason): its session is in \(state)")
            } catch {
                // The server answers nobody: it is away, and may be another one soon.
                guard case .busy = error else { return link.drop(reason) }
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
    func endSession(of link: PostgresLink) async {
        guard let peer = link.peer else { return }
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
        if let connectionProblem { return connectionProblem }
        let limitMs = configuration.slowAfterMs
        if writing.link?.isOverdue(limitMs: limitMs) == true {
            let reason = "a write was not answered within \(limitMs) ms"
            return DatabaseProblem(trouble: .slow, reason: reason)
        }
        return writer.health.problem
    }

    /// Tells what has changed: those that wait for a connection, and the operator.
    func look() {
        guard !isClosed else { return }
        if connectionProblem == nil { resumePatients(true) }
        let obstacle = obstacle()
        if obstacle == nil { watch.wasWhole = true }
        guard watch.wasWhole, obstacle?.trouble != watch.told else { return }
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
