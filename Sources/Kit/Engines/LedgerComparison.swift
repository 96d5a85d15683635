public import EventLoop
public import Redis

/// Which states in Redis were compared with the ledger since Redis became usable. At each new
/// connection it may be older than it was: a crash of everything, a replica that lagged.
public struct Comparisons<ID: Hashable & Sendable>: Sendable {
    @usableFromInline var opening = 0
    @usableFromInline var done = Bounded<ID, Void>(countMax)
    /// For who looks at Redis as it is.
    public var isOff = false

    /// Until then, by the loop's clock, nothing is compared in that opening: it failed.
    @usableFromInline var rest: (untilNs: UInt64, opening: Int) = (0, -1)

    @inlinable public init() {}

    /// Names that are remembered, of ~50 B; one that is forgotten is compared again.
    @usableFromInline static var countMax: Int { 16_384 }

    @inlinable public func has(_ id: ID, in opening: Int) -> Bool {
        isOff || self.opening == opening && done[id] != nil
    }

    /// `id` was compared by a look that began in `opening`.
    mutating func note(_ id: ID, in opening: Int) {
        guard opening >= self.opening else { return }
        if opening > self.opening { done.removeAll() }
        self.opening = opening
        done[id] = ()
    }

    /// A ledger that is away is asked once a second. A Redis that comes back meanwhile is compared.
    mutating func failed(atNs nowNs: UInt64, in opening: Int) {
        rest = (nowNs + Self.restNs, opening)
    }

    func rests(atNs nowNs: UInt64, in opening: Int) -> Bool {
        rest.opening == opening && nowNs < rest.untilNs
    }

    private static var restNs: UInt64 { 1_000_000_000 }

    /// Compares `id` again before its next use.
    public mutating func forget(_ id: ID) { done[id] = nil }
}

/// Compares each state with the ledger before its first use after Redis became usable. What is not
/// used costs nothing, and what is costs one read and one look.
public protocol ComparesWithLedger: OnLoop {
    associatedtype ID: Hashable & Sendable
    var redis: RedisConnection { get }
    var comparisons: Comparisons<ID> { get set }
    var comparing: SharedWork<ID, Void> { get }

    /// Brings Redis to at least what the ledger had when this began. Repeats change nothing.
    func compare(_ id: ID) async throws(StoreError)
    /// Whether `id` is used without a comparison while the ledger is away.
    func goesWithoutLedger(_ id: ID) -> Bool
}

extension ComparesWithLedger {
    /// Openings of Redis during one comparison.
    private static var attemptsMax: Int { 5 }
    public func compareOnce(_ id: ID) async throws(StoreError) {
        for _ in 1...Self.attemptsMax {
            let opening = redis.openings
            if comparisons.has(id, in: opening) { return }
            let goesOn = goesWithoutLedger(id)
            let nowNs = loop.clock.monotonicNs()
            if goesOn, comparisons.rests(atNs: nowNs, in: opening) { return }
            do throws(StoreError) {
                try await comparing.value(id) { () async throws(StoreError) in
                    try await self.compare(id)
                    await self.noteComparison(of: id, in: opening)
                }
            } catch {
                // A ledger that is overrun is asked less, as one that is away.
                guard error.isMomentary, goesOn else { throw error }
                Background.reads.failed(error, about: ("comparison", "\(id)"))
                comparisons.failed(atNs: loop.clock.monotonicNs(), in: opening)
                return
            }
        }
        throw .unavailable("Redis is lost again and again")
    }

    private func noteComparison(of id: ID, in opening: Int) { comparisons.note(id, in: opening) }
}
