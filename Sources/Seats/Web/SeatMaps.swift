import EventLoop
import HTTP
import Onsale
import Store
import Values

/// The seat maps of one loop as their readers get them: each version is written once, and all who
/// ask meanwhile share one look at the store.
actor SeatMaps {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// One version of one map, ready to be sent.
    struct Written: Sendable {
        let version: String
        let body: [UInt8]
    }

    typealias Answer = Result<Written?, StoreError>
    typealias Look = Task<Answer, Never>
    /// Asks the store; the second is the version that is known.
    typealias Ask =
        @Sendable (PerformanceID, String?) async throws(StoreError) -> SeatMapOutcome
    private let ask: Ask
    private var written: [PerformanceID: Written] = [:]
    /// The least recently used first.
    private var order: [PerformanceID] = []
    private var bytes = 0
    /// A look that is under way, and the one that begins after it: whoever comes while the store is
    /// being asked may have changed a seat since, and must not be shown the older map.
    private var looks: [PerformanceID: Look] = [:]
    private(set) var nextLooks: [PerformanceID: Look] = [:]

    /// Kept texts of one loop: three of the largest allotment, 200,000 x 56 B, or some 600 of 1,000
    /// seats.
    static let bytesMax = 32 << 20

    init(on loop: EventLoop, ask: @escaping Ask) {
        self.ask = ask
        self.loop = loop
    }

    /// The map as it is now; nil: there is no such performance.
    func read(_ id: PerformanceID) async throws(StoreError) -> Written? {
        guard let current = looks[id] else { return try await look(id).value.get() }
        if let next = nextLooks[id] { return try await next.value.get() }
        let next = Look(executorPreference: loop) { await self.look(id, after: current) }
        nextLooks[id] = next
        return try await next.value.get()
    }

    private func look(_ id: PerformanceID, after current: Look) async -> Answer {
        _ = await current.value
        nextLooks[id] = nil
        return await look(id).value
    }

    private func look(_ id: PerformanceID) -> Look {
        if let begun = looks[id] { return begun }
        let look = Look(executorPreference: loop) { await self.answer(id) }
        looks[id] = look
        return look
    }

    private func answer(_ id: PerformanceID) async -> Answer {
        defer { looks[id] = nil }
        do throws(StoreError) {
            return .success(try await newest(id))
        } catch {
            return .failure(error)
        }
    }

    private func newest(_ id: PerformanceID) async throws(StoreError) -> Written? {
        let known = written[id]
        switch try await ask(id, known?.version) {
        case .unknownPerformance: return nil
        case .unchanged:
            guard let known else { throw .broken("a map unchanged that nobody has") }
            keep(known, as: id)
            return known
        case .map(let map):
            let made = Written(version: map.version, body: SeatMapText(map).bytes)
            keep(made, as: id)
            return made
        }
    }

    private func keep(_ map: Written, as id: PerformanceID) {
        bytes += map.body.count - (written[id]?.body.count ?? 0)
        written[id] = map
        if order.last != id {
            order.removeAll { $0 == id }
            order.append(id)
        }
        while bytes > Self.bytesMax, order.count > 1 {
            bytes -= written.removeValue(forKey: order.removeFirst())?.body.count ?? 0
        }
    }
}

extension SeatHandlers {
    /// `GET /api/v1/performances/{performance}/seats`
    func seats(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try performance(request)
        let map = try await stored { () async throws(StoreError) in try await seatMaps.read(id) }
        guard let map else { throw Self.unknownPerformance }
        let tag = "\"\(map.version)\""
        let headers = [HTTPHeader("ETag", tag), HTTPHeader("Cache-Control", "no-cache")]
        if request.knows(tag) { return HTTPResponse(status: 304, headers: headers) }
        return .json(200, map.body, headers: headers)
    }
}
