import Engines

extension SeatSource {
    /// Performances and what is sold of them, from the ledger.
    init(ledger: SeatLedger, directory: PerformanceDirectory) {
        self.init(
            performance: { id async throws(StoreError) in try await directory.value(id) },
            load: { id async throws(StoreError) in try await ledger.seats(of: id) },
            progress: { id, cursor async throws(StoreError) in
                try await ledger.progress(of: id, cursor: cursor)
            },
            behind: { room async throws(StoreError) in try await ledger.progress(behind: room) },
            owners: { seats, id async throws(StoreError) in
                try await ledger.owners(of: seats, id)
            }
        )
    }
}
