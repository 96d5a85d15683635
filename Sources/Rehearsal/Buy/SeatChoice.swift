/// Which seats a buyer wants: everybody likes the first rows best.
enum SeatChoice {
    /// Up to `count` free seats beside each other as far as there are any, low numbers much more
    /// often than high ones; in the order they are asked for. Empty if nothing is free.
    static func choose(
        _ view: SeatView,
        count: Int,
        isDescending: Bool,
        _ random: inout SeededRandom
    ) -> [Int] {
        let free = view.free
        let count = min(count, free.count)
        guard count > 0 else { return [] }
        let part = random.unit()
        // Squared: a quarter of the house is wanted by half of the buyers.
        let start = min(Int(Double(free.count) * part * part), free.count - count)
        let seats = Array(free[start..<(start + count)])
        return isDescending ? seats.reversed() : seats
    }
}
