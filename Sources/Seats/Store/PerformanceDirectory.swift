import Engines
import EventLoop
import Values

/// Performances as the ledger had them at most a second ago.
typealias PerformanceDirectory = Directory<PerformanceID, Performance>

extension PerformanceDirectory {
    init(ledger: SeatLedger, on loop: EventLoop) {
        self.init(directoryOn: loop) { id throws(StoreError) in
            try await ledger.performance(id)?.performance
        }
    }
}
