/// What one server, or several added up, have done so far.
public struct HTTPStatistics: Sendable, Equatable {
    /// One route's answers.
    public struct Route: Sendable, Equatable {
        /// Nil for answers that no route gave: 404, 405 and what was refused before routing.
        public var method: HTTPMethod?
        public var pattern: String
        /// Answers with status 1xx, 2xx, 3xx, 4xx, 5xx.
        public var countByClass: [UInt64]
        /// Not cumulative: one count per bound of `latencyBounds`, and one for all that took
        /// longer.
        public var latencyBuckets: [UInt64]
        public var latencySumNs: UInt64
    }

    /// Upper bounds of the latency buckets, seconds: from the body being complete to the answer
    /// being handed to the connection.
    public static let latencyBounds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
    ]

    public var routes: [Route] = []
    public var connectionsOpen = 0
    public var streamsOpen = 0
    /// Requests that were not answered in the turn that read them and had their connection parked.
    var suspendedTotal: UInt64 = 0
    /// Connections closed at once because a limit was reached.
    public var refusedTotal: UInt64 = 0
    /// Connections of trusted proxies closed because what begins like a PROXY header is none.
    public var proxyHeadersRefusedTotal: UInt64 = 0
    /// Requests refused for the form of their heads.
    public var headsRefused: [HTTPHeadFault: UInt64] = [:]
    /// Connections cut because headers, body or answer took too long.
    public var cutTotal: UInt64 = 0
    /// Connections cut because slow clients together kept too many bytes from being freed.
    public var cutSlowTotal: UInt64 = 0
    /// Bytes that clients keep from being freed now, see `BufferedBytes`.
    public var pinnedBytes = 0

    public init() {}

    public static func + (left: HTTPStatistics, right: HTTPStatistics) -> HTTPStatistics {
        var sum = left
        for route in right.routes {
            let same = sum.routes.firstIndex {
                $0.method == route.method && $0.pattern == route.pattern
            }
            if let same { sum.routes[same].add(route) } else { sum.routes.append(route) }
        }
        sum.connectionsOpen += right.connectionsOpen
        sum.streamsOpen += right.streamsOpen
        sum.suspendedTotal += right.suspendedTotal
        sum.refusedTotal += right.refusedTotal
        sum.proxyHeadersRefusedTotal += right.proxyHeadersRefusedTotal
        sum.headsRefused.merge(right.headsRefused, uniquingKeysWith: +)
        sum.cutTotal += right.cutTotal
        sum.cutSlowTotal += right.cutSlowTotal
        sum.pinnedBytes += right.pinnedBytes
        return sum
    }
}

extension HTTPStatistics.Route {
    fileprivate mutating func add(_ other: HTTPStatistics.Route) {
        for index in countByClass.indices { countByClass[index] += other.countByClass[index] }
        for index in latencyBuckets.indices { latencyBuckets[index] += other.latencyBuckets[index] }
        latencySumNs += other.latencySumNs
    }
}

/// Counts answers: one flat array, a row per route and one for what had none.
struct Recorder {
    private static let boundsNs: [UInt64] = HTTPStatistics.latencyBounds.map { UInt64($0 * 1e9) }
    private static let classCount = 5
    private static let bucketCount = 14
    private static let row = classCount + bucketCount + 1

    private var cells: [UInt64]
    private let boundsNs = Recorder.boundsNs

    init(routeCount: Int) {
        cells = Array(repeating: 0, count: (routeCount + 1) * Self.row)
    }

    mutating func note(route: Int, status: Int, latencyNs: UInt64) {
        let start = route * Self.row
        cells[start + status / 100 - 1] += 1
        var bucket = 0
        while bucket < boundsNs.count, latencyNs > boundsNs[bucket] { bucket += 1 }
        cells[start + Self.classCount + bucket] += 1
        cells[start + Self.row - 1] += latencyNs
    }

    func rows(_ routes: [HTTPRoute]) -> [HTTPStatistics.Route] {
        (0...routes.count).map { index in
            let start = index * Self.row
            let known = index < routes.count ? routes[index] : nil
            return HTTPStatistics.Route(
                method: known?.method,
                pattern: known?.pattern ?? "",
                countByClass: Array(cells[start..<start + Self.classCount]),
                latencyBuckets: Array(cells[start + Self.classCount..<start + Self.row - 1]),
                latencySumNs: cells[start + Self.row - 1]
            )
        }
    }
}
