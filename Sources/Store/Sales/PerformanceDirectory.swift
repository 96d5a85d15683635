public import EventLoop
public import Onsale

/// What a loop remembers of performances: at most a second old, read from the ledger by one caller
/// for all who wait.
public actor PerformanceDirectory {
    private nonisolated let loop: EventLoop
    private let ledger: SaleLedger
    private var known: [PerformanceID: (performance: Performance?, atNs: UInt64)] = [:]
    private var readings: [PerformanceID: Task<Result<Performance?, StoreError>, Never>] = [:]

    /// A changed price or room is known everywhere after this.
    private static let ageMaxNs: UInt64 = 1_000_000_000
    /// Performances remembered, known or not: 4,096 x ~300 B is over 1 MB; then all over again.
    private static let knownMax = 4_096

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    public init(ledger: SaleLedger, on loop: EventLoop) {
        self.ledger = ledger
        self.loop = loop
    }

    /// Nil: there is no such performance. While the ledger is away, what was last known.
    public func performance(_ id: PerformanceID) async throws(StoreError) -> Performance? {
        let old = known[id]
        if let old, loop.clock.monotonicNs() - old.atNs < Self.ageMaxNs { return old.performance }
        let reading = readings[id] ?? read(id)
        switch await reading.value {
        case .success(let performance): return performance
        case .failure(let error):
            if let performance = old?.performance { return performance }
            throw error
        }
    }

    func forget(_ id: PerformanceID) { known[id] = nil }

    private func read(_ id: PerformanceID) -> Task<Result<Performance?, StoreError>, Never> {
        let reading = Task(executorPreference: loop) { await self.readNow(id) }
        readings[id] = reading
        return reading
    }

    private func readNow(_ id: PerformanceID) async -> Result<Performance?, StoreError> {
        defer { readings[id] = nil }
        do throws(StoreError) {
            let performance = try await ledger.performance(id)?.performance
            if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
            known[id] = (performance, loop.clock.monotonicNs())
            return .success(performance)
        } catch {
            return .failure(error)
        }
    }
}
