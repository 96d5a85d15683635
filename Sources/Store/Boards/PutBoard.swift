public import Onsale

/// What became of a request to make or change a board.
public enum PutBoardOutcome: Equatable, Sendable {
    case put(Board)
    /// A new board needs this field.
    case missing(String)
}

extension SaleStore {
    /// Makes a board or changes it: what is left out stays as it is. The caller has looked at the
    /// time zone.
    public func put(_ change: BoardChange, of id: BoardID) async throws(StoreError)
        -> PutBoardOutcome
    {
        guard let board = try await ledger.put(change, of: id, atMs: nowMs) else {
            return .missing("windows")
        }
        await boards.forget(id)
        committed()
        return .put(board)
    }

    /// As it was at most a second ago. Nil: there is no such board.
    public func board(_ id: BoardID) async throws(StoreError) -> Board? {
        try await boards.found(id)?.board
    }
}
