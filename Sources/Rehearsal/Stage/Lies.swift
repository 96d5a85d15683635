/// Tickets that are not their sender's.
enum Lies {
    /// What a liar sends. `foreign` and `elsewhere` are tickets that the server made for somebody
    /// else and for another room; without one the liar forges their own.
    static func ticket(
        _ lie: VisitorPlan.Lie,
        own: String,
        foreign: String?,
        elsewhere: String?,
        visitor: Int
    ) -> String {
        switch lie {
        case .garbled: return "garbled-\(visitor).%%%.="
        case .foreign: return foreign ?? forged(own, visitor)
        case .otherRoom: return elsewhere ?? forged(own, visitor)
        case .forged: return forged(own, visitor)
        }
    }

    /// The own ticket with one character changed, well before its end: the last characters of a
    /// base64 text may hold bits that say nothing.
    static func forged(_ own: String, _ visitor: Int) -> String {
        var bytes = Array(own.utf8)
        guard bytes.count > 16 else { return "forged-\(visitor)" }
        // Every second liar changes what the ticket says, the others its seal.
        var index = visitor % 2 == 0 ? bytes.count / 3 : bytes.count - 8
        while bytes[index] == UInt8(ascii: "."), index > 0 { index -= 1 }
        bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return String(decoding: bytes, as: UTF8.self)
    }
}
