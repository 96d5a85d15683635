import Engines
import EventLoop
import Ledger
import Values

extension CouponStore {
    /// How often one claim asks the gate. With the pauses between (5 + 10 + 20 + 40 + 36 x 50 ms):
    /// 1.875 s, then the caller is told to come again.
    private static let asksMax = 40
    /// The first pause while the ledger decides; then twice as long each time.
    private static let pauseMinMs = 5
    private static let pauseMaxMs = 50

    /// Gives `user` one of the coupon, if there is one left and they have none. Safe to repeat,
    /// from any process, after a death at any step.
    package nonisolated func claim(_ id: CouponID, for user: UserID) async throws(StoreError)
        -> ClaimOutcome
    {
        guard loop.isOnLoop else {
            return try await onLoop { () async throws(StoreError) in
                try await self.claim(id, for: user)
            }
        }
        var pauseMs = Self.pauseMinMs
        for _ in 1...Self.asksMax {
            guard let place = try await claims.ask(user, about: id) else { return .unknownCoupon }
            switch place.answer {
            case .given:
                if let claim = try await issue(id, user, place.number) { return .issued(claim) }
                // The gate was wrong and has been put right.
                continue
            case .hasOne: return .alreadyClaimed(place.number)
            case .notStarted: return .notStarted(inMs: place.number)
            case .ended: return .ended
            case .allIssued: return .soldOut
            case .isUndecided, .noneNow: break
            }
            await loop.sleep(ms: pauseMs)
            pauseMs = min(2 * pauseMs, Self.pauseMaxMs)
        }
        throw .unavailable("the ledger has not decided on coupon \(id)")
    }

    /// Has the ledger decide on a number that the gate gave. Nil: it did not take it, for the gate
    /// was wrong.
    private nonisolated func issue(_ id: CouponID, _ user: UserID, _ number: Int64)
        async throws(StoreError) -> Claim?
    {
        FaultPoint.claimGiven.reach()
        let atMs = loop.clock.wallMs()
        let back = Decision(verdict: .returned, user: user.raw, number: number)
        // An error leaves the number undecided: its commit may have happened.
        switch try await ledger.claim(id, user, number: number, atMs: atMs) {
        case .success(let remaining):
            FaultPoint.claimCommitted.reach()
            // A failure is made good by whoever finds the number undecided.
            let decision = Decision(verdict: .issued, user: user.raw, number: number)
            await Background.settle.attempt(about: ("coupon", id.raw)) {
                try await settle([decision], of: id)
            }
            FaultPoint.claimSettled.reach()
            return Claim(
                coupon: id,
                sequence: number,
                remaining: remaining,
                claimedAt: Timestamp(milliseconds: atMs)
            )
        case .failure(.isTaken):
            try await correct([back], of: id)
            return nil
        case .failure(.isBeyondQuantity):
            try await settle([back], of: id)
            _ = try await reload(id)
            return nil
        }
    }
}
