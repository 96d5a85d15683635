public import EventLoop
import Onsale
public import Values

/// Settings of boards as the ledger had them at most a second ago.
public typealias BoardDirectory = Directory<BoardID, BoardRow>

extension BoardDirectory {
    public init(ledger: RankingLedger, on loop: EventLoop) {
        self.init(directoryOn: loop) { id throws(StoreError) in try await ledger.board(id) }
    }
}
