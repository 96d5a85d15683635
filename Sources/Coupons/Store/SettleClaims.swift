import Engines
import Redis
import Values

extension CouponStore {
    /// Undecided numbers that are asked about at once.
    private static let overdueMax = 200

    /// Tells the gate what the ledger has decided.
    nonisolated func settle(_ decisions: [Decision], of id: CouponID) async throws(StoreError) {
        _ = try await self.decisions.ask(decisions, about: id)
    }

    func settleNow(_ decisions: [Decision], of id: CouponID) async throws(StoreError) {
        guard !decisions.isEmpty else { return }
        var arguments: [RedisArgument] = []
        arguments.reserveCapacity(3 * decisions.count)
        for decision in decisions {
            arguments.append(.string(decision.verdict.rawValue))
            arguments.append(.string(decision.user))
            arguments.append(.int(decision.number))
        }
        // A gate that is not known will be built from the ledger, which knows.
        let reply = try await redis.reply(to: scripts[.settle], keys: keys(of: id).all, arguments)
        if try reply.integer(0) == 1 { seen.note(try GateReply(reply).version, of: id) }
    }

    /// Puts the gate right about numbers that the ledger did not take, or may not have taken: a
    /// number goes back unless it is somebody's.
    nonisolated func correct(_ doubtful: [Decision], of id: CouponID) async throws(StoreError) {
        let truth = try await ledger.claims(of: id, about: doubtful)
        // First back, then to whose they are: so a number ends with its owner.
        try await settle(doubtful + truth, of: id)
    }

    /// Finds out from the ledger what became of numbers that have been undecided for too long: a
    /// process died, or lost the ledger, between asking it and telling the gate. One inquiry a
    /// coupon at a time.
    func inquire(_ id: CouponID) async {
        let inquiry = await inquiries.begin(id) { () async throws(StoreError) in
            do throws(StoreError) {
                try await self.inquireNow(id)
            } catch {
                Background.settle.failed(error, about: ("coupon", id.raw))
                throw error
            }
        }
        // What fails now is overdue again soon.
        await inquiry.end()
    }

    private func inquireNow(_ id: CouponID) async throws(StoreError) {
        var found = Self.overdueMax
        while found == Self.overdueMax {
            let reply = try await run(scripts[.overdue], id, [.int(Self.overdueMax)])
            guard let reply, reply.count > 0 else { return }
            var doubtful: [Decision] = []
            for index in stride(from: 0, to: reply.count - 1, by: 2) {
                doubtful.append(
                    Decision(
                        verdict: .returned,
                        user: try reply.text(index),
                        number: try reply.integer(index + 1)
                    )
                )
            }
            found = doubtful.count
            try await correct(doubtful, of: id)
        }
    }

    /// Builds the gate anew from what the ledger says now.
    func reload(_ id: CouponID) async throws(StoreError) -> Bool {
        try await load(id, replacing: seen[id]?.description ?? "")
    }
}
