import JSON

/// All seats as one answer showed them. A class: thousands of visitors look at the same one.
final class SeatView: Equatable, Sendable {
    enum State: String, Sendable { case free, held, sold }

    /// Seat 1 first.
    let states: [State]
    let price: Int
    /// Numbers of the free ones, ascending.
    let free: [Int]
    let sold: Int

    init(states: [State], price: Int) {
        self.states = states
        self.price = price
        free = states.indices.filter { states[$0] == .free }.map { $0 + 1 }
        sold = states.count { $0 == .sold }
    }

    /// nil unless `bytes` are a map with seats 1, 2, 3 and so on.
    convenience init?(_ bytes: [UInt8]) {
        guard let seats = JSONValue(object: bytes)?["seats"]?.array, !seats.isEmpty else {
            return nil
        }
        var states: [State] = []
        states.reserveCapacity(seats.count)
        for seat in seats {
            guard seat.whole("number") == states.count + 1,
                let state = seat.string("state").flatMap(State.init)
            else { return nil }
            states.append(state)
        }
        self.init(states: states, price: seats[0].whole("price") ?? 0)
    }

    /// A seat that is not in the house is not sold.
    func isSold(_ seat: Int) -> Bool {
        states.indices.contains(seat - 1) && states[seat - 1] == .sold
    }

    /// What a buyer wants: up to `count` free seats beside each other as far as there are any, in
    /// the order they are asked for. Everybody likes the first rows best.
    func choose(count: Int, isDescending: Bool, _ random: inout SeededRandom) -> [Int] {
        let count = min(count, free.count)
        guard count > 0 else { return [] }
        let part = random.unit()
        // Squared: a quarter of the house is wanted by half of the buyers.
        let start = min(Int(Double(free.count) * part * part), free.count - count)
        let seats = Array(free[start..<(start + count)])
        return isDescending ? seats.reversed() : seats
    }

    static func == (left: SeatView, right: SeatView) -> Bool {
        left.price == right.price && left.states == right.states
    }
}

/// Maps by their `ETag`: each version is read once, and each visitor knows the last one they got.
struct MapShelf: Sendable {
    /// Versions kept, 500 B to 200 kB each; an older one that comes again is read again.
    static let versionsMax = 64

    private var versions: [String: (body: [UInt8], view: SeatView)] = [:]
    private var order: [String] = []
    private var known: [Int: (etag: String, view: SeatView)] = [:]
    /// What tags begin with up to their `-`: it changes when Redis was lost and the seats were
    /// loaded anew. Without `W/`, which a proxy may put in front.
    private var generations: Set<Substring> = []
    /// Answers that said "as before".
    private(set) var unchanged = 0

    var wereLoadedAnew: Bool { generations.count > 1 }

    func etag(_ visitor: Int) -> String? { known[visitor]?.etag }

    mutating func read(_ response: Response, visitor: Int) -> ShopReply {
        if response.status == 304, let view = known[visitor]?.view {
            unchanged += 1
            return .map(view)
        }
        guard response.failure == nil, response.status == 200 else {
            return response.status == 304
                ? .unreadable(status: 304) : ShopReply(response, to: .look)
        }
        if let etag = response.etag, let version = versions[etag], version.body == response.body {
            known[visitor] = (etag, version.view)
            return .map(version.view)
        }
        guard let view = SeatView(response.body) else { return .unreadable(status: 200) }
        if let etag = response.etag {
            if generations.count < 2, let end = etag.firstIndex(of: "-") {
                generations.insert(etag[..<end].drop { $0 != "\"" })
            }
            known[visitor] = (etag, view)
            if versions[etag] == nil { order.append(etag) }
            versions[etag] = (response.body, view)
            if order.count > Self.versionsMax { versions[order.removeFirst()] = nil }
        }
        return .map(view)
    }

    /// Visitors who are gone need no map.
    mutating func forget(_ visitor: Int) { known[visitor] = nil }
}
