public import HTTP
public import Onsale
public import Store
public import Values

/// What a server as a whole knows, over all its loops; asked by `/readyz` and `/metrics`.
public struct ServerStatus: Sendable {
    /// Answers `/.well-known/jwks.json`.
    public let jwks: [UInt8]
    /// The room `demo` is open: the first page says so.
    public let isDemo: Bool
    public let readiness: @Sendable () async -> Readiness
    public typealias Rooms = [(room: RoomID, report: RoomReport)]
    /// The rooms there are, in the order of their names: after this name, so many at most.
    public let rooms: @Sendable (String, Int) async -> Rooms
    /// The rooms of `/metrics`.
    public let roomReports: @Sendable () async -> Rooms
    public let measure: @Sendable () async -> Measurements

    public init(
        jwks: [UInt8],
        isDemo: Bool,
        readiness: @escaping @Sendable () async -> Readiness,
        rooms: @escaping @Sendable (String, Int) async -> Rooms,
        roomReports: @escaping @Sendable () async -> Rooms,
        measure: @escaping @Sendable () async -> Measurements
    ) {
        self.jwks = jwks
        self.isDemo = isDemo
        self.readiness = readiness
        self.rooms = rooms
        self.roomReports = roomReports
        self.measure = measure
    }
}

/// What is wrong, as codes; details stand in the log.
public struct Readiness: Sendable {
    /// What keeps the server from serving.
    public var obstacles: [String]
    /// What it serves in spite of.
    public var doubts: [String]

    public init(obstacles: [String] = [], doubts: [String] = []) {
        self.obstacles = obstacles
        self.doubts = doubts
    }

    var status: String {
        !obstacles.isEmpty ? "unready" : !doubts.isEmpty ? "degraded" : "ready"
    }
}

/// The numbers of `/metrics`.
public struct Measurements: Sendable {
    public struct Loop: Sendable {
        public var lagSeconds: Double
        public var lagMaxSeconds: Double
        public var turns: Int
        public var jobs: Int
        public var foreignEnqueues: Int

        public init(
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
    public struct Store: Sendable {
        public var roundTrips: Int
        public var timeouts: Int
        public var reconnects: Int
        public var refused: Int
        /// Answers with which Redis refused to work.
        public var refusals: Int
        public var inFlight: Int
        /// Upper bounds in seconds, and how many round trips took at most that long; the last count
        /// has no bound.
        public var latencyBounds: [Double]
        public var latencyCounts: [Int]
        public var latencySumSeconds: Double
        public var isAvailable: Bool
        public var restarts: Int
        public var lines: LineStatistics

        public init() {
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
            lines = LineStatistics()
        }
    }

    /// The ledger over all connections of this process.
    public struct Ledger: Sendable {
        public var entries = 0
        public var commits = 0
        public var refused = 0
        public var failures = 0
        public var reads = 0
        /// Reads that were not done: they waited too long, or their client had gone.
        public var readsExpired = 0
        public var readsPending = 0
        public var readsAbandoned = 0
        public var reconnects = 0
        public var pending = 0
        public var entrySeconds = 0.0
        public var isAvailable = false
        /// The rooms' log of admissions: how old the oldest entry is that waits, and how many wait.
        public var admissionLogLagSeconds = 0.0
        public var admissionLogPending = 0
        /// The last number of the outbox, and how far its consumers have come.
        public var outboxLatest = 0
        public var outboxCursors: [(consumer: String, number: Int)] = []

        public init() {}
    }

    public struct Process: Sendable {
        /// Starts on this data folder; 0 if they cannot be counted.
        public var startsTotal: Int
        /// When this one was, seconds since 1970.
        public var startSeconds: Double

        public init(startsTotal: Int, startSeconds: Double) {
            self.startsTotal = startsTotal
            self.startSeconds = startSeconds
        }
    }

    public var process: Process
    public var loops: [Loop]
    public var http: HTTPStatistics
    public var store: Store
    public var ledger: Ledger
    /// What failed while no answer waited for it.
    public var failures: [Background: Int]
    public var counts: Counts
    /// How many rooms there are, and how many of them are looked at.
    public var roomCounts: (known: Int, inUse: Int)

    public init(
        process: Process,
        loops: [Loop],
        http: HTTPStatistics,
        store: Store,
        ledger: Ledger,
        failures: [Background: Int],
        counts: Counts,
        roomCounts: (known: Int, inUse: Int)
    ) {
        self.process = process
        self.loops = loops
        self.http = http
        self.store = store
        self.ledger = ledger
        self.failures = failures
        self.counts = counts
        self.roomCounts = roomCounts
    }
}
