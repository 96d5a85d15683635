import CPostgres
import EventLoop

/// Sending: statements are prepared once on a connection, and from then on only bound.
extension PostgresLink {
    /// Sends `batches` in their order. What they need and is not prepared yet is prepared before
    /// the first, each in a batch of its own: an error in one leaves the others alone.
    func send(_ batches: [Batch], preparing: Bool = true) {
        let now = loop.clock.monotonicNs()
        prepared.beginFlight()
        let forms = batches.map { batch in
            batch.statements.map { preparing ? prepare($0, now) : .unprepared }
        }
        for (batch, forms) in zip(batches, forms) {
            for (statement, form) in zip(batch.statements, forms) { bind(statement, form) }
            sync(Awaited(forms: forms, sentNs: now, done: batch.done))
        }
        flush()
    }

    private func prepare(_ statement: SQL, _ now: UInt64) -> Form {
        let key = statement.preparationKey
        switch prepared.use(key) {
        case .known(let name): return .prepared(name: name)
        case .unprepared: return .unprepared
        case .new(let name, let forgotten):
            if let forgotten {
                bind(SQL(stringLiteral: "deallocate \(forgotten)"), .unprepared)
                sync(Awaited(sentNs: now) { _ in })
            }
            guard isUsable else { return .unprepared }
            parameters.fill(statement.values)
            let count = Int32(statement.values.count)
            if unsafe PQsendPrepare(connection, name, statement.text, count, parameters.types) == 0
            {
                drop(errorText)
            }
            sync(
                Awaited(sentNs: now) { outcome in
                    guard case .answered(let replies) = outcome else { return }
                    for case .refused(let failure) in replies { self.note(failure, of: name, key) }
                }
            )
            return .prepared(name: name)
        }
    }

    private func note(_ failure: PostgresFailure, of name: String, _ key: String) {
        prepared.fail(key)
        if failedPreparations.count >= prepared.limit { failedPreparations = [:] }
        failedPreparations[name] = failure
    }

    private func bind(_ statement: SQL, _ form: Form) {
        guard isUsable else { return }
        parameters.fill(statement.values)
        let count = Int32(statement.values.count)
        let types = parameters.types
        let sent = unsafe parameters.withPointers { values, lengths, formats in
            switch form {
            case .prepared(let name):
                unsafe PQsendQueryPrepared(connection, name, count, values, lengths, formats, 0)
            case .unprepared:
                unsafe PQsendQueryParams(
                    connection,
                    statement.text,
                    count,
                    types,
                    values,
                    lengths,
                    formats,
                    0
                )
            }
        }
        if sent == 0 { drop(errorText) }
    }

    /// Ends a batch; what waits for it hears of a link that is lost.
    private func sync(_ batch: Awaited) {
        guard isUsable else { return batch.done(.lost("connection lost")) }
        awaited.append(batch)
        if unsafe PQpipelineSync(connection) == 0 { drop(errorText) }
    }
}
