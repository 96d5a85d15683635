import Capability
import Engines
import HTTP
import Site

/// What a server as a whole knows, over all its loops; asked by `/readyz` and `/metrics`.
package struct ServerStatus: Sendable {
    let readiness: @Sendable () async -> Readiness
    let measure: @Sendable () async -> Measurements
    /// The first one first.
    let loops: @Sendable () async -> [LoopContext]

    package init(
        readiness: @escaping @Sendable () async -> Readiness,
        measure: @escaping @Sendable () async -> Measurements,
        loops: @escaping @Sendable () async -> [LoopContext]
    ) {
        self.readiness = readiness
        self.measure = measure
        self.loops = loops
    }
}

/// The numbers of `/metrics`.
package struct Measurements: Sendable {
    package struct Loop: Sendable {
        var lagSeconds: Double
        var lagMaxSeconds: Double
        var turns: Int
        var jobs: Int
        var foreignEnqueues: Int

        package init(
            lagSeconds: Double,
            lagMaxSeconds: Double,
            turns: Int,
            jobs: Int,
            foreignEnqueues: Int
        ) {
            self.lagSeconds = lagSeconds
            self.lagMaxSeconds = lagMaxSeconds
            self.turns = turns
            self.jobs = jobs
            self.foreignEnqueues = foreignEnqueues
        }
    }

    /// Round trips to Redis over all connections.
    package struct Store: Sendable {
        package var roundTrips: Int
        package var timeouts: Int
        package var reconnects: Int
        package var refused: Int
        /// Answers with which Redis refused to work.
        package var refusals: Int
        package var inFlight: Int
        /// Upper bounds in seconds, and how many round trips took at most that long; the last count
        /// has no bound.
        package var latencyBounds: [Double]
        package var latencyCounts: [Int]
        package var latencySumSeconds: Double
        package var isAvailable: Bool
        package var restarts: Int

        package init() {
            roundTrips = 0
            timeouts = 0
            reconnects = 0
            refused = 0
            refusals = 0
            inFlight = 0
            latencyBounds = []
            latencyCounts = []
            latencySumSeconds = 0
            isAvailable = false
            restarts = 0
        }
    }

    /// The ledger over all connections of this process.
    package struct Ledger: Sendable {
        package var entries = 0
        package var commits = 0
        package var refused = 0
        package var failures = 0
        package var reads = 0
        /// Reads that were not done: they waited too long, or their client had gone.
        package var readsExpired = 0
        package var readsPending = 0
        package var readsAbandoned = 0
        package var reconnects = 0
        package var pending = 0
        package var entrySeconds = 0.0
        package var isAvailable = false
        /// The last number of the outbox, and how far its consumers have come.
        package var outboxLatest = 0
        package var outboxCursors: [(consumer: String, number: Int)] = []

        package init() {}
    }

    package struct Process: Sendable {
        /// Starts on this data folder; 0 if they cannot be counted.
        var startsTotal: Int
        /// When this one was, seconds since 1970.
        var startSeconds: Double

        package init(startsTotal: Int, startSeconds: Double) {
            self.startsTotal = startsTotal
            self.startSeconds = startSeconds
        }
    }

    var process: Process
    var readiness: Readiness
    var loops: [Loop]
    var http: HTTPStatistics
    var store: Store
    var ledger: Ledger
    /// What failed while no answer waited for it.
    var failures: [Background: Int]
    var counts: Counts

    package init(
        process: Process,
        readiness: Readiness,
        loops: [Loop],
        http: HTTPStatistics,
        store: Store,
        ledger: Ledger,
        failures: [Background: Int],
        counts: Counts
    ) {
        self.process = process
        self.readiness = readiness
        self.loops = loops
        self.http = http
        self.store = store
        self.ledger = ledger
        self.failures = failures
        self.counts = counts
    }
}
