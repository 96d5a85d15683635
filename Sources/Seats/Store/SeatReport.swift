import Engines
import Values

/// All that Redis knows of a performance's seats, at one instant: for `onsale audit`.
struct SeatReport: Equatable, Sendable {
    struct LiveHold: Equatable, Sendable {
        var id: String
        var user: String
        var seats: [Int]
        /// When the hold is over, and until when it is being paid; 0: it is not.
        var endsMs: Int64
        var fenceEndsMs: Int64
    }

    var generation: Int64
    /// The last number of the outbox that was applied.
    var cursor: Int64
    var atMs: Int64
    var seats: Int
    var sold: Int
    var payments: Int
    /// A byte a seat: `SeatState`'s raw values.
    var states: [UInt8]
    /// Live ones, and those over that nobody has looked at since.
    var holds: [LiveHold]
    /// Seats held and bought, by user.
    var buyers: [String: Int]
}

extension SeatStore {
    /// Nil: there is no such performance.
    func report(_ id: PerformanceID) async throws(StoreError) -> SeatReport? {
        try await run(scripts[.report], id).map { reply throws(StoreError) in
            try Self.report(reply, of: id)
        }
    }

    /// Nothing is loaded. Nil: Redis does not know the seats.
    func reportAsItIs(_ performance: Performance) async throws(StoreError) -> SeatReport? {
        let keys = keys(of: performance)
        try await redis.require(keys.own)
        let reply = try await redis.reply(to: scripts[.report], keys: keys.all, [])
        return try reply.integer(0) == 1 ? Self.report(reply, of: performance.id) : nil
    }

    private static func report(_ reply: ReplyReader, of id: PerformanceID)
        throws(StoreError) -> SeatReport
    {
        var report = SeatReport(
            generation: try reply.integer(1),
            cursor: try reply.integer(5),
            atMs: try reply.integer(4),
            seats: Int(try reply.integer(6)),
            sold: Int(try reply.integer(7)),
            payments: Int(try reply.integer(8)),
            states: try reply.bytes(9),
            holds: [],
            buyers: [:]
        )
        let buyersStart = 11 + 2 * Int(try reply.integer(10))
        for index in stride(from: 11, to: buyersStart, by: 2) {
            let record = try reply.text(index + 1)
            guard let hold = SeatReport.LiveHold(id: try reply.text(index), record: record) else {
                throw .broken("a hold's record is \(record)")
            }
            report.holds.append(hold)
        }
        for index in stride(from: buyersStart, to: reply.count - 1, by: 2) {
            report.buyers[try reply.text(index)] = Int(try reply.text(index + 1))
        }
        return report
    }
}

extension SeatReport.LiveHold {
    /// `<own end> <end of fence> <fences> <user> <seats>`, as `redis/lib/seats.lua` writes it.
    fileprivate init?(id: String, record: String) {
        let parts = record.split(separator: " ")
        guard parts.count == 5, let ends = Int64(parts[0]), let fence = Int64(parts[1]) else {
            return nil
        }
        let seats = parts[4].split(separator: ",").compactMap { Int($0) }
        self.init(id: id, user: String(parts[3]), seats: seats, endsMs: ends, fenceEndsMs: fence)
    }
}
