import Logging
import Redis
import Synchronization

/// What a process does while no answer waits for it, and where it may fail: the failure is counted
/// and logged here, because nobody else hears of it.
///
///     let page = await Background.discover.attempt { try await ledger.versions(after: page) }
///
/// One set of counters for the process, as for the log: every loop has stores. Hence the lock.
public enum Background: String, CaseIterable, Sendable {
    /// A look at a room; writing down who is inside.
    case tick
    case draw
    /// Numbers and delivers what the ledger has committed.
    case relay
    /// Takes out of the ledger and of boards what is over.
    case housekeeping
    /// Samples and frozen periods of boards.
    case samples
    case popular
    /// Takes up rooms and boards that other processes have made.
    case discover
    /// Tells Redis what the ledger has decided; the relay makes up for a failure.
    case settle
    /// Reads for what a page, an entry or a stream can do without.
    case reads

    private static let counts = Mutex<[Background: Int]>([:])

    /// Failures since the process began.
    public static func failures() -> [Background: Int] { counts.withLock { $0 } }

    /// Does `body`. Nil: it failed, which is counted and logged.
    public func attempt<Value, Failure: Error>(
        about subject: (name: String, value: String)? = nil,
        _ body: () async throws(Failure) -> Value
    ) async -> Value? {
        do throws(Failure) {
            return try await body()
        } catch {
            failed(error, about: subject)
            return nil
        }
    }

    /// Counts and logs a failure that the caller has decided about.
    public func failed(_ error: any Error, about subject: (name: String, value: String)? = nil) {
        Self.counts.withLock { $0[self, default: 0] += 1 }
        let reason =
            switch error {
            case let error as StoreError: error.reason
            case let error as RedisError: StoreError(error).reason
            default: "\(error)"
            }
        let fields = (subject.map { [($0.name, $0.value)] } ?? []) + [("error", reason)]
        switch self {
        case .tick: Log.warn("tick_failed", fields)
        case .draw: Log.warn("draw_failed", fields)
        case .relay: Log.warn("relay_failed", fields)
        case .housekeeping: Log.warn("housekeeping_failed", fields)
        case .samples: Log.warn("samples_failed", fields)
        case .popular: Log.warn("popular_failed", fields)
        case .discover: Log.warn("discover_failed", fields)
        case .settle: Log.warn("settle_failed", fields)
        case .reads: Log.warn("read_failed", fields)
        }
    }
}
