public import Onsale

extension SaleStore {
    /// Makes a board or changes it: what is left out stays as it is, or is all windows and UTC in a
    /// new one. The caller has looked at the time zone.
    public func put(_ change: BoardChange, of id: BoardID) async throws(StoreError) -> Board {
        let board = try await ledger.put(change, of: id, atMs: nowMs)
        await boards.forget(id)
        committed()
        return board
    }

    /// As it was at most a second ago. Nil: there is no such board.
    public func board(_ id: BoardID) async throws(StoreError) -> Board? {
        try await boards.found(id)?.board
    }
}
