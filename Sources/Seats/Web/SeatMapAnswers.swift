import Engines
import EventLoop
import HTTP
import Site
import Values

/// The seat maps of one loop as their readers get them, nil where there is no such performance:
/// each version is written once, and all who ask meanwhile share one look at the store. Whoever
/// comes while the store is being asked may have changed a seat since, and is not shown the older
/// map.
typealias SeatMaps = Reads<PerformanceID, WrittenSeatMap?>

/// One version of one map, ready to be sent.
struct WrittenSeatMap: Sendable {
    let version: String
    let body: [UInt8]
}

extension SeatMaps {
    /// `ask` asks the store; its second argument is the version that is known.
    init(
        on loop: EventLoop,
        ask:
            @escaping @Sendable (PerformanceID, String?) async throws(StoreError) -> SeatMapOutcome
    ) {
        self.init(
            on: loop,
            SeatMapLimits.reads,
            freshMs: { _ in 0 },
            size: { $0?.body.count ?? 0 }
        ) { id, old throws(StoreError) in
            let known = old ?? nil
            switch try await ask(id, known?.version) {
            case .unknownPerformance: return nil
            case .unchanged:
                guard let known else { throw .broken("a map unchanged that nobody has") }
                return known
            case .map(let map):
                return WrittenSeatMap(version: map.version, body: SeatMapText(map).bytes)
            }
        }
    }
}

private enum SeatMapLimits {
    /// Kept texts of one loop: three of the largest allotment, 200,000 x 56 B, or some 600 of 1,000
    /// seats.
    private static let bytesMax = 32 << 20
    /// With those of no performance.
    private static let mapsMax = 4_096

    static let reads = SeatMaps.Limits(
        keysMax: mapsMax,
        sizeMax: bytesMax,
        readsMax: .max,
        joinedForMs: 0
    )
}

extension SeatHandlers {
    /// `GET /api/v1/performances/{performance}/seats`
    func seats(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try performance(request)
        let map = try await stored { () async throws(StoreError) in try await seatMaps.value(id) }
        guard let map else { throw Self.unknownPerformance }
        let tag = "\"\(map.version)\""
        let headers = [HTTPHeader("ETag", tag), HTTPHeader("Cache-Control", "no-cache")]
        if request.knows(tag) { return HTTPResponse(status: 304, headers: headers) }
        return .json(200, map.body, headers: headers)
    }
}
