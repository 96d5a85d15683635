public import EventLoop
public import Values

/// Points as one loop sees them.
public actor PointStore: OnLoop {
    public nonisolated let loop: EventLoop
    let ledger: PointLedger
    let attempts: Attempts

    public init(ledger: PointLedger, attempts: Attempts, on loop: EventLoop) {
        self.loop = loop
        self.ledger = ledger
        self.attempts = attempts
    }

    var nowMs: Int64 { loop.clock.wallMs() }

    public func balance(of user: UserID) async throws(StoreError) -> Int64 {
        try await ledger.balance(of: user)
    }
}
