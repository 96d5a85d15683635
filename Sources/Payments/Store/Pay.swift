import Coupons
import Engines
import Ledger
import Rooms
import Seats
import Values

extension PaymentStore {
    /// Pays a hold: fence, one ledger entry, then the seats are sold, the session ends and the next
    /// visitor is let in. Safe to repeat, from any process, after a death at any step.
    package func pay(_ token: String, coupon: CouponID? = nil, by attempt: Attempt)
        async throws(StoreError) -> AttemptOutcome<PaymentReceipt, PaymentRefusal>
    {
        guard let hold = await seats.open(token) else { return .refused(.unknownHold) }
        guard hold.user == attempt.user else { return .refused(.ofAnotherUser) }
        func receipt(_ answer: StoredAnswer) async throws(StoreError) -> PaymentReceipt {
            guard let row = try await ledger.payment(answer.reference) else {
                throw .broken("an answer without its payment \(answer.reference)")
            }
            return PaymentReceipt(payment: row.payment(hold: token), balance: answer.balance)
        }
        return try await attempts.once(attempt, done: receipt) { () async throws(StoreError) in
            FaultPoint.paymentStarted.reach()
            guard let discount = try await coupons.discount(of: coupon, on: hold.amount) else {
                return try await attempts.refuse(attempt, .couponNotUsable)
            }
            guard try await fence(hold) else {
                // A second try of a payment that was completed finds its hold gone, too.
                if let stored: AttemptOutcome<PaymentReceipt, PaymentRefusal> =
                    try await attempts.stored(attempt, done: receipt)
                {
                    return .outcome(stored)
                }
                return try await attempts.refuse(attempt, .holdExpired)
            }
            FaultPoint.paymentFenced.reach()
            let purchase = Purchase(
                payment: LedgerName.make("p_", atMs: nowMs),
                holdNumber: hold.id,
                user: hold.user,
                performance: hold.performance,
                seats: hold.seats,
                amount: hold.amount - discount,
                coupon: coupon,
                discount: discount,
                atMs: nowMs
            )
            return try await pay(purchase, for: hold, token, attempt)
        }
    }

    /// False: the hold is over, and its seats may be somebody else's.
    private func fence(_ hold: SealedHold) async throws(StoreError) -> Bool {
        do throws(StoreError) {
            if case .fenced = try await seats.fence(hold) { return true }
            return false
        } catch {
            guard error.isMomentary else { throw error }
            // Without Redis the ledger decides, and our own clock must do.
            return hold.expiresMs > nowMs
        }
    }

    /// Pays a hold that is fenced.
    private func pay(
        _ purchase: Purchase,
        for hold: SealedHold,
        _ token: String,
        _ attempt: Attempt
    ) async throws(StoreError) -> Attempts.Run<PaymentReceipt, PaymentRefusal> {
        switch try await ledger.pay(purchase, by: attempt) {
        case .success(let balance):
            FaultPoint.paymentCommitted.reach()
            await settle(hold, as: purchase.payment)
            let payment = Payment(
                id: purchase.payment,
                hold: token,
                performance: purchase.performance,
                seats: purchase.seats,
                amount: purchase.amount,
                state: .paid,
                paidAt: Timestamp(milliseconds: purchase.atMs)
            )
            return .outcome(.done(PaymentReceipt(payment: payment, balance: balance)))
        case .failure(.keyIsUsed):
            await unfence(hold)
            return .keyIsUsed
        case .failure(.insufficientPoints):
            await unfence(hold)
            return try await attempts.refuse(attempt, .insufficientPoints)
        case .failure(.seatsAreGone):
            await correct(hold)
            await unfence(hold)
            return try await attempts.refuse(attempt, .holdExpired)
        case .failure(.couponNotUsable):
            await unfence(hold)
            return try await attempts.refuse(attempt, .couponNotUsable)
        }
    }

    /// Tells Redis what the ledger has decided. A failure is no one's loss: the relay brings the
    /// same from the outbox, and until then the fence keeps the seats.
    private func settle(_ hold: SealedHold, as payment: String) async {
        committed()
        let subject = ("payment", payment)
        await Background.settle.attempt(about: subject) {
            _ = try await seats.settle(hold, as: payment)
        }
        FaultPoint.paymentSettled.reach()
        await Background.settle.attempt(about: subject) {
            if let room = try await concerts.performance(hold.performance)?.room {
                _ = try await rooms.finish(hold.user, in: room)
            }
        }
        FaultPoint.paymentEnded.reach()
    }

    /// Redis held what the ledger had sold: it learns whose the seats are, and its room with it. A
    /// failure is made good by the next refusal, or by the next connection.
    private func correct(_ hold: SealedHold) async {
        await Background.settle.attempt(about: ("performance", hold.performance.raw)) {
            try await seats.correct(hold.seats, of: hold.performance)
        }
    }

    /// Gives the hold its own end back. A failure lets the fence run out.
    private func unfence(_ hold: SealedHold) async {
        await Background.settle.attempt(about: ("performance", hold.performance.raw)) {
            try await seats.unfence(hold)
        }
    }
}
