import Values

@testable import Rooms
@testable import Seats

/// The seats of one performance, in memory: what `Seats/redis/*.lua` should do.
struct SeatModel {
    struct Hold: Equatable {
        var user: String
        var seats: [Int]
        var endsMs: Int64
        var fenceEndsMs: Int64 = 0
        var fences = 0
        var overAtMs: Int64 { max(endsMs, fenceEndsMs) }
    }

    enum Seat: Equatable { case free, held(String), sold(String) }

    var nowMs: Int64
    var performance: Performance
    /// Sessions in the room, by user.
    var inside: [String: Int64] = [:]
    var seats: [Seat]
    var holds: [String: Hold] = [:]
    var users: [String: String] = [:]
    var cancelled: Set<String> = []
    var cursor: Int64 = 0
    /// Counts the loads; the scripts' own generations are of the same order.
    var generation = 0
    var isLoaded = false
    var roomState = RoomState.open

    init(nowMs: Int64, performance: Performance) {
        self.nowMs = nowMs
        self.performance = performance
        seats = Array(repeating: .free, count: performance.seats)
    }

    var states: String {
        seats.map { seat in
            switch seat {
            case .free: "f"
            case .held: "h"
            case .sold: "s"
            }
        }.joined()
    }

    /// Held and bought: what every counter of the scripts must add up to.
    var buyers: [String: Int] {
        var counts: [String: Int] = [:]
        for hold in holds.values { counts[hold.user, default: 0] += hold.seats.count }
        for case .sold(let payment) in seats { counts[users[payment] ?? "", default: 0] += 1 }
        return counts
    }

    var sold: Set<Int> {
        Set(
            seats.indices.filter { if case .sold = seats[$0] { true } else { false } }
                .map { $0 + 1 }
        )
    }

    // MARK: what is loaded from the ledger

    mutating func load(_ state: SeatLedgerState, keepingHolds: Bool) {
        let old = keepingHolds ? holds.filter { hasAll($0.key) } : [:]
        performance = state.performance
        seats = Array(repeating: .free, count: performance.seats)
        for sale in state.sales {
            users[sale.payment] = sale.user.raw
            for seat in sale.seats { seats[seat - 1] = .sold(sale.payment) }
        }
        holds = [:]
        for (id, hold) in old where hold.seats.allSatisfy({ seats[$0 - 1] == .free }) {
            take(id, hold)
        }
        cancelled = Set(state.cancelledAhead)
        cursor = state.cursor
        generation += 1
        isLoaded = true
        followStock()
    }

    mutating func lose() {
        isLoaded = false
        inside = [:]
        roomState = .open
    }

    // MARK: what users do

    mutating func sweep() {
        for (id, hold) in holds where hold.overAtMs <= nowMs { giveUp(id) }
    }

    mutating func hold(_ id: String, _ wanted: [Int], _ user: String) -> HoldOutcome? {
        sweep()
        if nowMs < performance.opening?.milliseconds ?? 0 { return .notAdmitted }
        if performance.room != nil, (inside[user] ?? 0) <= nowMs { return .notAdmitted }
        let unknown = wanted.filter { !seats.indices.contains($0 - 1) }
        if !unknown.isEmpty { return .unknownSeats(unknown) }
        if sold.count == seats.count { return .soldOut }
        let limit = performance.maxSeatsPerUser
        if buyers[user, default: 0] + wanted.count > limit { return .overLimit(limit) }
        let taken = wanted.filter { seats[$0 - 1] != .free }
        if !taken.isEmpty { return .taken(taken) }
        take(id, Hold(user: user, seats: wanted, endsMs: nowMs + performance.holdSeconds * 1000))
        return nil
    }

    mutating func release(_ id: String) -> ReleaseOutcome {
        sweep()
        guard let hold = holds[id] else { return .wasOver }
        if hold.fenceEndsMs > nowMs { return .isBeingPaid }
        giveUp(id)
        return .released
    }

    /// Until when; nil: over. `madeIn` is the generation of the token.
    mutating func fence(_ sealed: SealedHold, madeIn: Int) -> Int64? {
        sweep()
        let id = sealed.id
        if holds[id] == nil {
            let has = buyers[sealed.user.raw, default: 0]
            guard madeIn != generation, sealed.expiresMs > nowMs,
                sealed.seats.allSatisfy({ seats[$0 - 1] == .free }),
                has + sealed.seats.count <= performance.maxSeatsPerUser
            else { return nil }
            take(
                id,
                Hold(user: sealed.user.raw, seats: sealed.seats, endsMs: sealed.expiresMs)
            )
        }
        guard var hold = holds[id] else { return nil }
        guard hasAll(id) else {
            giveUp(id)
            return nil
        }
        hold.fences = (hold.fenceEndsMs > nowMs ? hold.fences : 0) + 1
        if hold.endsMs > nowMs { hold.fenceEndsMs = nowMs + 30_000 }
        holds[id] = hold
        return hold.fenceEndsMs
    }

    mutating func unfence(_ id: String) {
        sweep()
        guard var hold = holds[id] else { return }
        hold.fences = max(0, hold.fences - 1)
        if hold.fences == 0 || hold.fenceEndsMs <= nowMs {
            hold.fences = 0
            hold.fenceEndsMs = 0
            guard hasAll(id) else { return giveUp(id) }
        }
        holds[id] = hold
        sweep()
    }

    // MARK: what the ledger decided

    mutating func settle(_ id: String, _ sale: SeatSale) {
        sweep()
        if holds[id] != nil { giveUp(id) }
        sell(sale)
    }

    mutating func free(_ sale: SeatSale) {
        sweep()
        unsell(sale)
    }

    mutating func apply(_ events: [SeatEvent]) {
        sweep()
        for event in events where event.number > cursor {
            if event.kind == .sold { sell(event.sale) } else { unsell(event.sale) }
            cursor = event.number
        }
    }

    private mutating func sell(_ sale: SeatSale) {
        users[sale.payment] = sale.user.raw
        guard !cancelled.contains(sale.payment) else { return }
        for seat in sale.seats {
            if case .sold = seats[seat - 1] { continue }
            seats[seat - 1] = .sold(sale.payment)
        }
        followStock()
    }

    private mutating func unsell(_ sale: SeatSale) {
        cancelled.insert(sale.payment)
        for seat in sale.seats where seats[seat - 1] == .sold(sale.payment) {
            seats[seat - 1] = .free
        }
        followStock()
    }

    mutating func grow(to total: Int) {
        performance.seats = total
        seats += Array(repeating: Seat.free, count: total - seats.count)
        followStock()
    }

    private mutating func followStock() {
        guard performance.room != nil else { return }
        roomState = sold.count == seats.count ? .soldOut : .open
    }

    private mutating func take(_ id: String, _ hold: Hold) {
        holds[id] = hold
        for seat in hold.seats { seats[seat - 1] = .held(id) }
    }

    private func hasAll(_ id: String) -> Bool {
        holds[id]?.seats.allSatisfy { seats[$0 - 1] == .held(id) } ?? false
    }

    private mutating func giveUp(_ id: String) {
        guard let hold = holds.removeValue(forKey: id) else { return }
        for seat in hold.seats where seats[seat - 1] == .held(id) { seats[seat - 1] = .free }
    }
}
