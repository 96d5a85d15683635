import Engines
import Redis
import Values

/// What leaves at the end of a loop's turn: a call for all that was asked about a coupon.
extension CouponStore {
    typealias Claims = Gather<CouponID, UserID, GatePlace>
    /// Nil asks for the coupon alone.
    typealias Looks = Gather<CouponID, UserID?, GateLook>
    typealias Decisions = Gather<CouponID, [Decision], Void>

    /// Users of one script call, and decisions: at ~2 us each a call keeps Redis for 0.3 ms.
    static let callMax = 128

    /// Sends what a turn of the loop has gathered at its end. Once, on the loop, which may outlive
    /// the store. Decisions are sent first, so a visitor who asks after a yes sees it.
    func start() {
        decisions.start { [weak self] id, asked async throws(StoreError) in
            try await self?.settleNow(asked.flatMap(\.question), of: id)
            return Array(repeating: (), count: asked.count)
        }
        claims.start { [weak self] id, asked async throws(StoreError) in
            try await self?.places(id, asked)
        }
        looks.start { [weak self] id, asked async throws(StoreError) in
            try await self?.look(id, asked)
        }
    }

    private func places(_ id: CouponID, _ asked: ArraySlice<Claims.Asked>)
        async throws(StoreError) -> [GatePlace]?
    {
        let users = asked.map { RedisArgument.string($0.question.raw) }
        guard let reply = try await run(scripts[.claim], id, users) else { return nil }
        guard reply.count == 2 * asked.count else {
            throw .broken("\(reply.count) values for \(asked.count) claims")
        }
        var places: [GatePlace] = []
        places.reserveCapacity(asked.count)
        for index in 0..<asked.count {
            guard let answer = GatePlace.Answer(rawValue: try reply.integer(2 * index)) else {
                throw .broken("a gate answered \(try reply.integer(2 * index))")
            }
            places.append(GatePlace(answer: answer, number: try reply.integer(2 * index + 1)))
        }
        if reply.hasOverdue { Task(executorPreference: loop) { await self.inquire(id) } }
        return places
    }
}
