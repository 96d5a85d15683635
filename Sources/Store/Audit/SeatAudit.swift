public import EventLoop
import Onsale
public import Redis

/// Holds Redis's seats against the ledger's. Live: what was committed a moment ago may not be in
/// Redis yet, so only what stays different breaks the promise.
public actor SeatAudit {
    private nonisolated let loop: EventLoop
    private let ledger: SaleLedger
    private let seats: SeatStore

    /// Looks at most this often, with `patienceMs` between two looks: together longer than the
    /// relay's pause.
    private static let looksMax = 6
    private static let patienceMs = 500
    private static let promise = "Redis shows every sold seat as sold, and holds none of them"

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `redis` knows the scripts of seats.
    public init(ledger: SaleLedger, redis: RedisConnection, on loop: EventLoop) {
        self.loop = loop
        self.ledger = ledger
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        seats = SeatStore(
            redis: redis,
            // No token is read or made.
            holdKey: [0],
            source: SeatSource(ledger: ledger, directory: directory),
            retainMs: Retention.usualMs,
            on: loop
        )
    }

    public func audit() async -> AuditLine {
        do throws(StoreError) {
            var performances = 0
            var sold = 0
            var last = ""
            while let listing = try await ledger.performance(after: last) {
                let id = listing.performance.id
                if let difference = try await lastingDifference(id) {
                    return AuditLine(Self.promise, .broken, "\(id): \(difference)")
                }
                performances += 1
                sold += listing.performance.seats - listing.available
                last = id.raw
            }
            let detail = "\(performances) performances, \(sold) sold seats"
            return AuditLine(Self.promise, .kept, detail)
        } catch {
            return AuditLine(Self.promise, .notChecked, error.reason)
        }
    }

    private func lastingDifference(_ id: PerformanceID) async throws(StoreError) -> String? {
        for look in 1...Self.looksMax {
            guard let difference = try await difference(id) else { return nil }
            if look == Self.looksMax { return difference }
            await loop.sleep(ms: Self.patienceMs)
        }
        return nil
    }

    private func difference(_ id: PerformanceID) async throws(StoreError) -> String? {
        guard case .map(let map) = try await seats.map(id, knownVersion: nil),
            let truth = try await ledger.seats(of: id)
        else { return nil }
        var isSold = [Bool](repeating: false, count: map.states.count + 1)
        for seat in truth.sales.flatMap(\.seats) where seat < isSold.count { isSold[seat] = true }
        for (index, state) in map.states.enumerated() {
            let seat = index + 1
            switch SeatState(rawValue: state) {
            case .sold where !isSold[seat]: return "seat \(seat) is sold in Redis only"
            case .held where isSold[seat]: return "seat \(seat) is held, and sold in the ledger"
            case .free where isSold[seat]: return "seat \(seat) is free, and sold in the ledger"
            default: break
            }
        }
        return nil
    }
}
