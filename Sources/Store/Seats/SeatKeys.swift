import Onsale

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
        tag = room.map { "{r:\($0.raw)}" } ?? "{p:\(performance.raw)}"
        let name = performance.raw
        all = [
            "\(tag):seats:\(name)", "\(tag):map:\(name)", "\(tag):owners:\(name)",
            "\(tag):holds:\(name)", "\(tag):hold:\(name)", "\(tag):buyers:\(name)",
            "\(tag):cancelled:\(name)", "\(tag):stock", "\(tag):room", "\(tag):inside",
        ]
    }

    var seats: String { all[0] }
    var stock: String { all[7] }

    /// Where one load gathers the buyers.
    func staged(_ nonce: String) -> String { "\(tag):load:\(performance.raw):\(nonce)" }
}
