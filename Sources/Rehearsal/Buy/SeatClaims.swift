/// Which holding each seat certainly has, and how often other visitors were shown otherwise.
struct SeatClaims: Sendable {
    /// The index of the latest holding of each seat; seat 1 first.
    private var latest: [Int?]
    /// Seats held for one while they were certainly another's.
    private(set) var heldTwice = 0
    /// Seats shown as free while they were held or sold, as held while they were sold.
    private(set) var shownWrong = 0
    /// Of these, the sold ones, and the longest after the receipt that one was shown so.
    private(set) var soldShownWrong = 0
    private(set) var soldShownWrongMaxNs: Int64 = 0
    /// Seats in maps that were certainly somebody's.
    private(set) var compared = 0
    private(set) var maps = 0

    init(count: Int) { latest = Array(repeating: nil, count: count) }

    mutating func claim(_ index: Int, _ seats: [Int], _ deed: Deed, _ holdings: [Holding]) {
        for seat in seats where latest.indices.contains(seat - 1) {
            if let before = latest[seat - 1],
                holdings[before].covers(deed.sentNs, deed.receivedNs)
            {
                heldTwice += 1
            }
            latest[seat - 1] = index
        }
    }

    mutating func note(_ view: SeatView, _ deed: Deed, _ holdings: [Holding]) {
        maps += 1
        for (seat, state) in view.states.enumerated() where latest.indices.contains(seat) {
            guard let index = latest[seat],
                holdings[index].covers(deed.sentNs, deed.receivedNs)
            else { continue }
            compared += 1
            let soldForNs = holdings[index].soldNs.map { deed.sentNs - $0 } ?? -1
            guard state == .free || (soldForNs >= 0 && state != .sold) else { continue }
            shownWrong += 1
            guard soldForNs >= 0 else { continue }
            soldShownWrong += 1
            soldShownWrongMaxNs = max(soldShownWrongMaxNs, soldForNs)
        }
    }
}
