import Engines
import EventLoop
import Ledger
import Values

/// Points as one loop sees them.
package actor PointStore: OnLoop {
    package nonisolated let loop: EventLoop
    let ledger: PointLedger
    let attempts: Attempts

    init(ledger: PointLedger, attempts: Attempts, on loop: EventLoop) {
        self.loop = loop
        self.ledger = ledger
        self.attempts = attempts
    }

    var nowMs: Int64 { loop.clock.wallMs() }

    package func balance(of user: UserID) async throws(StoreError) -> Int64 {
        try await ledger.balance(of: user)
    }
}
