import Engines
import EventLoop
import Ledger
import Redis
import Values

/// Holds Redis's seats against the ledger's, and what rooms know of them. What Redis does not know
/// is no break: the next request loads it.
actor SeatAudit: OnLoop {
    nonisolated let loop: EventLoop
    private let ledger: SeatLedger
    private let seats: SeatStore
    private let repairs: Bool

    private static let seatPromise = "Redis shows every sold seat as sold, and holds none of them"
    private static let stockPromise = "a room in Redis knows what is left of its performances"

    init(_ engines: AuditEngines, scripts: SeatScripts = SeatScripts()) {
        loop = engines.loop
        ledger = SeatLedger(engines.database)
        repairs = engines.repairs
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        seats = SeatStore(
            redis: engines.redis,
            // No token is read or made.
            holdKey: [0],
            source: SeatSource(ledger: ledger, directory: directory),
            scripts: scripts,
            retainMs: engines.retainMs,
            comparesWithLedger: false,
            on: loop
        )
    }

    /// A line a promise, and one more for what was mended.
    func audit() async -> [AuditLine] {
        var lines: [AuditLine] = []
        // The seats first: a load tells the room.
        do throws(StoreError) {
            let found = try await auditSeats()
            lines += found
        } catch {
            lines.append(AuditLine(Self.seatPromise, unchecked: error))
        }
        do throws(StoreError) {
            let found = try await auditStock()
            lines += found
        } catch {
            lines.append(AuditLine(Self.stockPromise, unchecked: error))
        }
        return lines
    }

    private func auditSeats() async throws(StoreError) -> [AuditLine] {
        var rooms: [PerformanceID: RoomID?] = [:]
        var ids: [PerformanceID] = []
        var sold = 0
        while let listing = try await ledger.performance(after: ids.last?.raw ?? "") {
            ids.append(listing.performance.id)
            rooms[listing.performance.id] = listing.performance.room
            sold += listing.performance.seats - listing.available
        }
        let (seats, behind) = (seats, rooms)
        let audit = AuditRepair<PerformanceID>(
            promise: Self.seatPromise,
            loop: loop,
            difference: { id async throws(StoreError) in try await self.difference(id) },
            repairs: repairs,
            repair: { id async throws(StoreError) in
                try await seats.loadOver(id, behind: behind[id] ?? nil)
            },
            replace: { id async throws(StoreError) in
                try await seats.replace(id, behind: behind[id] ?? nil)
            }
        )
        let lines = try await audit.lines(ids)
        if lines.contains(where: { $0.finding == .broken }) { return lines }
        let detail = "\(ids.count) performances, \(sold) sold seats"
        return lines + [AuditLine(Self.seatPromise, .kept, detail)]
    }

    private func auditStock() async throws(StoreError) -> [AuditLine] {
        let rooms = try await ledger.roomsOfPerformances()
        let seats = seats
        let audit = AuditRepair<RoomID>(
            promise: Self.stockPromise,
            loop: loop,
            difference: { room async throws(StoreError) in
                try await seats.stockDifference(behind: room)
            },
            repairs: repairs,
            repair: { room async throws(StoreError) in
                try await seats.loadStock(behind: room)
            },
            replace: { room async throws(StoreError) in
                try await seats.replaceStock(behind: room)
            }
        )
        let lines = try await audit.lines(rooms)
        if lines.contains(where: { $0.finding == .broken }) { return lines }
        return lines + [AuditLine(Self.stockPromise, .kept, "\(rooms.count) rooms")]
    }

    private func difference(_ id: PerformanceID) async throws(StoreError) -> String? {
        guard let truth = try await ledger.seats(of: id),
            let report = try await seats.reportAsItIs(truth.performance)
        else { return nil }
        var isSold = [Bool](repeating: false, count: report.states.count + 1)
        var sold = 0
        for seat in truth.sales.flatMap(\.seats) {
            if seat < isSold.count { isSold[seat] = true }
            sold += 1
        }
        for (index, state) in report.states.enumerated() {
            let seat = index + 1
            switch SeatState(rawValue: state) {
            case .sold where !isSold[seat]: return "seat \(seat) is sold in Redis only"
            case .held where isSold[seat]: return "seat \(seat) is held, and sold in the ledger"
            case .free where isSold[seat]: return "seat \(seat) is free, and sold in the ledger"
            case nil: return "seat \(seat) is neither free nor held nor sold"
            default: break
            }
        }
        guard report.sold == sold, report.payments == truth.sales.count else {
            return "\(report.sold) seats by \(report.payments) payments are sold in Redis, "
                + "\(sold) by \(truth.sales.count) in the ledger"
        }
        return nil
    }
}
