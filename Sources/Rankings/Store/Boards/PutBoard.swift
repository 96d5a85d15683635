import Engines
import EventLoop
import Values

extension BoardBook {
    /// Makes a board or changes it: what is left out stays as it is, or is all windows and UTC in a
    /// new one. The caller has looked at the time zone. Nil: it is not what the sender has seen.
    func put(
        _ change: BoardChange,
        of id: BoardID,
        if precondition: Precondition<BoardRow>? = nil
    ) async throws(StoreError) -> BoardRow? {
        while true {
            var former: Int64?
            if let precondition {
                let old = try await ledger.board(id)
                guard precondition(old) else { return nil }
                former = old?.puts ?? 0
            }
            guard
                let row = try await ledger.put(
                    change,
                    of: id,
                    former: former,
                    atMs: loop.clock.wallMs()
                )
            else { continue }
            await settings.forget(id)
            committed()
            return row
        }
    }

    /// As the ledger has it.
    func row(of id: BoardID) async throws(StoreError) -> BoardRow? {
        try await ledger.board(id)
    }

    /// As it was at most a second ago. Nil: there is no such board.
    func board(_ id: BoardID) async throws(StoreError) -> Board? {
        try await settings.found(id)?.board
    }
}
