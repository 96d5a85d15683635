import EventLoop
public import Redis

/// How far states in Redis were seen to have come.
public struct SeenVersions<ID: Hashable & Sendable>: Sendable {
    private var seen = Bounded<ID, StateVersion>(countMax)

    /// States that are remembered, of ~100 B.
    private static var countMax: Int { 4_096 }

    public init() {}

    public subscript(id: ID) -> StateVersion? { seen[id] }

    /// Remembers how far one has come.
    public mutating func note(_ version: StateVersion, of id: ID) {
        if let known = seen[id], version < known { return }
        seen[id] = version
    }
}

/// A store of states in Redis that have a version each. What Redis does not know is built from the
/// ledger, then the script runs again; one that came back older than it was seen to be is built
/// again, and so is one that has less than the ledger says it had.
public protocol VersionedStore: ComparesWithLedger {
    var seen: SeenVersions<ID> { get set }
    /// "the gate of", for messages.
    static var noun: String { get }

    /// Builds one in place of the state `found`, nil for none; after the `last` the script runs
    /// once more. Answers its keys; nil: the ledger does not know it.
    func build(_ id: ID, inPlaceOf found: StateVersion?, isLast: Bool) async throws(StoreError)
        -> [String]?
}

extension VersionedStore {
    /// Runs of one script: one that finds nothing, one that another's load overtakes, one that
    /// loses against another's change, two more.
    private static var runsMax: Int { 5 }

    /// Runs a script that answers 0 when Redis does not know the state, else 1, or another number
    /// when the state does not fit the question, and the version. Nil: there is no such thing.
    public func reply(
        to script: RedisScript,
        of id: ID,
        keys known: [String],
        _ arguments: [RedisArgument]
    ) async throws(StoreError) -> ReplyReader? {
        var keys = known
        for attempt in 1...Self.runsMax {
            if !comparisons.has(id, in: redis.openings) { try await compareOnce(id) }
            // What was seen when the call left: replies may be taken up in another order.
            let least = seen[id]
            let reply = try await redis.reply(to: script, keys: keys, arguments)
            let code = try reply.integer(0)
            var found: StateVersion?
            if code != 0 {
                let version = StateVersion(try reply.integer(1), try reply.integer(2))
                if code == 1, least.map({ version < $0 }) != true {
                    seen.note(version, of: id)
                    return reply
                }
                found = version
            } else if let now = seen[id], now != least {
                // While this reply was under way somebody has built it.
                continue
            }
            let built = try await build(id, inPlaceOf: found, isLast: attempt + 1 == Self.runsMax)
            guard let built else { return nil }
            keys = built
        }
        throw .unavailable("Redis loses \(Self.noun) \(id) again and again")
    }

    /// What this process has seen of it is checked in each reply.
    public func goesWithoutLedger(_ id: ID) -> Bool { seen[id] != nil }
}
