import SQL

extension LedgerCheck {
    /// What must hold in the ledger at any instant. Each check reads one snapshot.
    static let all: [LedgerCheck] = seats + points + outbox + shop + coupons + rankings + lanes
}
