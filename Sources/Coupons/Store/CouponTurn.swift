import EventLoop
import Onsale
import Redis
import Values

/// What leaves at the end of a loop's turn: a call for all that was asked about a coupon.
extension CouponStore {
    /// Users of one script call, and decisions: at ~2 us each a call keeps Redis for 0.3 ms.
    private static let callMax = 128

    /// Starts the calls of this turn. True when there were any. Decisions leave first: who asks
    /// after a yes sees it.
    func flush() -> Bool {
        let deciding = decisions.takeCalls(max: Self.callMax)
        let claiming = claims.takeCalls(max: Self.callMax)
        let looking = looks.takeCalls(max: Self.callMax)
        for call in deciding { startDeciding(call.subject, call.queries) }
        for call in claiming { startClaiming(call.subject, call.queries) }
        for call in looking { startLooking(call.subject, call.queries) }
        return !deciding.isEmpty || !claiming.isEmpty || !looking.isEmpty
    }

    private func startDeciding(_ id: CouponID, _ queries: ArraySlice<DecisionQuery>) {
        Task.immediate(executorPreference: loop) { [self] in
            let result = await Result.caught { () async throws(StoreError) in
                try await settleNow(queries.flatMap(\.decisions), of: id)
            }
            for query in queries { unsafe query.answer.resume(returning: result) }
        }
    }

    private func startClaiming(_ id: CouponID, _ queries: ArraySlice<ClaimQuery>) {
        Task.immediate(executorPreference: loop) { [self] in
            let result = await Result.caught { () async throws(StoreError) in
                try await places(id, queries)
            }
            for (index, query) in queries.enumerated() {
                unsafe query.answer.resume(returning: result.map { $0?[index] })
            }
        }
    }

    private func places(_ id: CouponID, _ queries: ArraySlice<ClaimQuery>)
        async throws(StoreError) -> [GatePlace]?
    {
        let users = queries.map { RedisArgument.string($0.user.raw) }
        guard let reply = try await run(scripts[.claim], id, users) else { return nil }
        guard reply.count == 2 * queries.count else {
            throw .broken("\(reply.count) values for \(queries.count) claims")
        }
        var places: [GatePlace] = []
        places.reserveCapacity(queries.count)
        for index in 0..<queries.count {
            guard let answer = GatePlace.Answer(rawValue: try reply.integer(2 * index)) else {
                throw .broken("a gate answered \(try reply.integer(2 * index))")
            }
            places.append(GatePlace(answer: answer, number: try reply.integer(2 * index + 1)))
        }
        if reply.hasOverdue { Task(executorPreference: loop) { await self.inquire(id) } }
        return places
    }

    private func startLooking(_ id: CouponID, _ queries: ArraySlice<LookQuery>) {
        Task.immediate(executorPreference: loop) { [self] in
            let result = await Result.caught { () async throws(StoreError) in
                try await look(id, queries)
            }
            for (index, query) in queries.enumerated() {
                unsafe query.answer.resume(returning: result.map { $0?[index] })
            }
        }
    }
}
