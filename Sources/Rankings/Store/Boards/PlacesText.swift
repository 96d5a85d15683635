import Engines

/// Places of a list as Redis has them, `name score name score`: one text for a page, which costs
/// both ends less than a value each. In named lists an instant of 13 digits and a colon stand in
/// front of the member; the scores of the others are packed (`redis/lib/board.lua`).
struct PlacesText {
    let bytes: [UInt8]
    let isNamed: Bool

    private static let instantBytes = 14
    private static let blank = UInt8(ascii: " ")

    /// The first of them has `firstRank`.
    func entries(firstRank: Int, capacity: Int) throws(StoreError) -> [RankedEntry] {
        var entries: [RankedEntry] = []
        guard !bytes.isEmpty else { return entries }
        entries.reserveCapacity(capacity)
        var start = 0
        while start < bytes.count {
            let nameEnd = end(from: start)
            let scoreEnd = end(from: nameEnd + 1)
            let member = start + (isNamed ? Self.instantBytes : 0)
            guard member < nameEnd, nameEnd + 1 < scoreEnd else {
                throw .broken("places of a board: \(String(decoding: bytes, as: UTF8.self))")
            }
            let score = try score(bytes[(nameEnd + 1)..<scoreEnd])
            entries.append(
                RankedEntry(
                    rank: firstRank + entries.count,
                    member: String(decoding: bytes[member..<nameEnd], as: UTF8.self),
                    score: isNamed ? score : PackedScore.units(score)
                )
            )
            start = scoreEnd + 1
        }
        return entries
    }

    private func end(from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != Self.blank { end += 1 }
        return end
    }

    private func score(_ digits: ArraySlice<UInt8>) throws(StoreError) -> Int64 {
        var value: Int64 = 0
        for digit in digits {
            // No score has more than 16 digits, but some engines write round ones as `1e+15`.
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit), digits.count < 18 else {
                let text = String(decoding: digits, as: UTF8.self)
                guard let exact = Double(text).flatMap(Int64.init(exactly:)) else {
                    throw .broken("a score of \(text)")
                }
                return exact
            }
            value = 10 * value + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
