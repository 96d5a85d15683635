import Values

/// The Redis keys of one performance's seats, in the order every script takes them
/// (`redis/lib/seats.lua`). They share the hash tag of the performance's room, for they decide with
/// it in one script.
struct SeatKeys: Sendable {
    let room: RoomID?
    let all: [String]
    private let tag: String
    private let performance: PerformanceID

    init(_ performance: PerformanceID, behind room: RoomID?) {
        self.performance = performance
        self.room = room
        tag = room.map(Self.tag) ?? "{p:\(performance.raw)}"
        let name = performance.raw
        all = [
            "\(tag):seats:\(name)", "\(tag):map:\(name)", "\(tag):owners:\(name)",
            "\(tag):holds:\(name)", "\(tag):hold:\(name)", "\(tag):buyers:\(name)",
            "\(tag):cancelled:\(name)", "\(tag):stock", "\(tag):room", "\(tag):inside",
        ]
    }

    /// Of the performance alone, not what its room knows; with their types.
    var own: [(key: String, type: String)] {
        let types = ["hash", "string", "string", "zset", "hash", "hash", "set"]
        return zip(all, types).map { ($0, $1) }
    }
    var seats: String { all[0] }
    var stock: String { all[7] }

    private static func tag(_ room: RoomID) -> String { "{r:\(room.raw)}" }

    /// The same as `stock`, of any performance behind a room.
    static func stock(of room: RoomID) -> String { "\(tag(room)):stock" }

    /// Where one load gathers the buyers.
    func staged(_ nonce: String) -> String { "\(tag):load:\(performance.raw):\(nonce)" }
}
