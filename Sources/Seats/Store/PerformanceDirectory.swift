public import EventLoop
public import Onsale
public import Values

/// Performances as the ledger had them at most a second ago.
public typealias PerformanceDirectory = Directory<PerformanceID, Performance>

extension PerformanceDirectory {
    public init(ledger: SeatLedger, on loop: EventLoop) {
        self.init(directoryOn: loop) { id throws(StoreError) in
            try await ledger.performance(id)?.performance
        }
    }
}
