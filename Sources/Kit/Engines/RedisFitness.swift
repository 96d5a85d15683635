public import EventLoop
import Logging
public import Redis

/// Whether a Redis can be trusted with what it is given: it evicts nothing, it is one server, and
/// its user may send all of our commands. Asked whenever a connection to it opens, for a fail-over
/// leads to another one, and when somebody wants to know: settings change.
public actor RedisFitness: OnLoop {
    public enum Fault: Equatable, Sendable {
        /// Keys would be evicted when the memory is full.
        case evicts(policy: String)
        /// It redirects to other servers, which this version does not follow.
        case isCluster
        /// Commands and keys that the user has no right to, the first `missingMax` of them.
        case lacksRights([String])
    }

    private let redis: RedisConnection
    private let scripts: FitnessScripts
    public nonisolated let loop: EventLoop
    private var found: [Fault] = []
    private var lookedNs: UInt64 = 0

    /// How old an answer may be. A look is some 250 commands in one call, 0.2 ms of Redis.
    private static let ageMaxNs: UInt64 = 5_000_000_000

    /// Rights that a line of the log names.
    private static let missingMax = 20

    public init(
        redis: RedisConnection,
        scripts: FitnessScripts = FitnessScripts(),
        on loop: EventLoop
    ) {
        self.redis = redis
        self.loop = loop
        self.scripts = scripts
    }

    /// Looks now, if there is a connection, and whenever there is one again.
    public func start() async {
        await redis.observe { isAvailable in
            guard isAvailable else { return }
            Task { await self.look() }
        }
        await look()
    }

    /// As of the last 5 s; while there is no connection, as of the last one.
    public func faults() async -> [Fault] {
        if loop.clock.monotonicNs() - lookedNs > Self.ageMaxNs { await look() }
        return found
    }

    private func look() async {
        lookedNs = loop.clock.monotonicNs()
        let words: [String]
        do throws(RedisError) {
            let reply = try await redis.run(scripts[.look], keys: [], arguments: Self.probes)
            words = (reply.array ?? []).map { $0.string ?? "" }
        } catch {
            // What was found last stays; the next connection asks again.
            return Log.info("redis_not_looked_at", [("reason", StoreError(error).reason)])
        }
        guard words.count >= 2 else { return }
        var faults: [Fault] = []
        // "": this user may not ask.
        if !["", "noeviction"].contains(words[0]) { faults.append(.evicts(policy: words[0])) }
        if words[1] == "cluster" { faults.append(.isCluster) }
        let missing = words.dropFirst(2).prefix(Self.missingMax)
        if !missing.isEmpty { faults.append(.lacksRights(Array(missing))) }
        for fault in faults where !found.contains(fault) { tell(fault) }
        if faults.isEmpty, !found.isEmpty {
            Log.info("redis_fit", [("redis", "\(redis.endpoint)")])
        }
        found = faults
    }

    private func tell(_ fault: Fault) {
        let server = ("redis", "\(redis.endpoint)")
        switch fault {
        case .evicts(let policy):
            Log.warn("redis_evicts", [server, ("policy", policy), ("needed", "noeviction")])
        case .isCluster: Log.error("redis_is_cluster", [server])
        case .lacksRights(let rights):
            Log.error("redis_lacks_rights", [server, ("missing", rights.joined(separator: ", "))])
        }
    }

    /// A key under each pattern that is used.
    private static let probes: [RedisArgument] = [
        "{r:onsale}:probe", "{p:onsale}:probe", "{c:onsale}:probe", "rank:{onsale}:probe",
        "onsale:probe",
    ]
}

/// The look at what a Redis is.
public enum FitnessScript: Int, ScriptName {
    case look

    public static let library = "fitness"
    public static let files = "Kit/Engines/redis/fitness_"
    public static let shared: [String] = []

    public var keyCount: Int { 0 }
}

public typealias FitnessScripts = ScriptSet<FitnessScript>
