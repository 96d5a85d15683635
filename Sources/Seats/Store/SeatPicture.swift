import Values

/// The ledger's sales as `redis/lib/seats.lua` keeps them.
struct SeatPicture {
    /// A byte a seat: `SeatState`'s raw values.
    private(set) var states: [UInt8]
    /// Four bytes a seat, up to the last one sold.
    private(set) var owners: [UInt8] = []
    private(set) var buyers: [String: Int] = [:]
    private(set) var sold = 0
    private(set) var payments = 0

    init(_ state: SeatLedgerState) {
        states = [UInt8](repeating: SeatState.free.rawValue, count: state.performance.seats)
        let last = state.sales.lazy.compactMap { $0.seats.max() }.max() ?? 0
        owners = [UInt8](repeating: 0, count: 4 * min(last, states.count))
        for sale in state.sales {
            let owner = Self.owner(of: sale.payment)
            // The ledger allows no others; a map must not end the process.
            let seats = sale.seats.filter { states.indices.contains($0 - 1) }
            for seat in seats {
                states[seat - 1] = SeatState.sold.rawValue
                for index in 0..<4 { owners[4 * seat - 4 + index] = owner[index] }
            }
            sold += seats.count
            payments += 1
            buyers[sale.user.raw, default: 0] += seats.count
        }
    }

    /// Four bytes that stand for a payment: FNV-1a of its name, 32 bits
    /// (draft-eastlake-fnv, section 2).
    static func owner(of payment: String) -> [UInt8] {
        var hash: UInt32 = 2_166_136_261
        for byte in payment.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return (0..<4).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt32($0))) }
    }
}
