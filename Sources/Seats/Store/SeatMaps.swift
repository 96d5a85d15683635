import Engines
import EventLoop
import Redis
import Values

extension SeatStore {
    /// A map that is sent again only when it has changed.
    struct KeptMap {
        var map: SeatMap
        var version: StateVersion
    }

    /// Maps kept a loop: 32 of 200,000 seats are 6 MB.
    static let mapsMax = 32

    /// The state of every seat now. `knownVersion` is what the caller has.
    func map(_ id: PerformanceID, knownVersion: String? = nil) async throws(StoreError)
        -> SeatMapOutcome
    {
        for _ in 0..<Self.sweepsMax {
            let kept = maps[id]
            let has = kept?.version ?? StateVersion(0, 0)
            let reply = try await run(scripts[.map], id, [.int(has.generation), .int(has.change)])
            guard let reply else {
                maps[id] = nil
                return .unknownPerformance
            }
            // Seats whose hold is over are free: they are not shown as held.
            if try reply.integer(3) == 1 { continue }
            var current = kept
            if reply.count > 5 {
                let version = StateVersion(try reply.integer(1), try reply.integer(2))
                let map = SeatMap(
                    performance: id,
                    price: try reply.integer(4),
                    states: try reply.bytes(5),
                    version: version.description
                )
                current = KeptMap(map: map, version: version)
                maps[id] = current
            }
            guard let map = current?.map else { throw .broken("no map of \(id)") }
            return map.version == knownVersion ? .unchanged : .map(map)
        }
        throw .unavailable("old holds of \(id) are still being ended")
    }
}
