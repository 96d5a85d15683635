import Engines
import EventLoop
import Values

/// Settings of boards as the ledger had them at most a second ago.
package typealias BoardDirectory = Directory<BoardID, BoardRow>

extension BoardDirectory {
    package init(ledger: RankingLedger, on loop: EventLoop) {
        self.init(directoryOn: loop) { id throws(StoreError) in try await ledger.board(id) }
    }
}
