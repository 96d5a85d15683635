import JSON

/// What is known of the room's settings and what its documents showed.
struct RoomView: Sendable {
    /// The largest seen while the rehearsal ran; nil is no limit.
    private(set) var capacity: Int?
    private(set) var rate: Int?
    /// From the operator's document; nil without the admin key.
    var sessionSeconds: Int?
    var idleSeconds: Int?
    var order: String?
    var state: String?
    /// Whether a document was read at all, so that a missing `capacity` means "no limit".
    private(set) var isKnown = false
    /// Whether the room was within its capacity once: lowering it puts nobody out.
    private var isSettled = false
    /// Largest figures that the server itself gave.
    var insideMax = 0
    /// Largest `inside` after the room was first seen within its capacity.
    private(set) var insideSettledMax = 0
    var waitingMax = 0
    var admittedLast60sMax = 0
    var inside = 0
    var waiting = 0
    var documents = 0

    mutating func note(_ fields: JSONValue) {
        documents += 1
        limit(capacity: fields.whole("capacity"), rate: fields.whole("rate"))
        state = fields.string("state")
        inside = fields.whole("inside") ?? inside
        waiting = fields.whole("waiting") ?? waiting
        insideMax = max(insideMax, inside)
        waitingMax = max(waitingMax, waiting)
        if inside <= capacity ?? .max { isSettled = true }
        if isSettled { insideSettledMax = max(insideSettledMax, inside) }
        admittedLast60sMax = max(admittedLast60sMax, fields.whole("admittedLast60s") ?? 0)
    }

    /// Takes the limits of a document: those that were looser before still explain what was seen.
    mutating func limit(capacity newCapacity: Int?, rate newRate: Int?) {
        capacity = isKnown ? Self.looser(capacity, newCapacity) : newCapacity
        rate = isKnown ? Self.looser(rate, newRate) : newRate
        isKnown = true
    }

    private static func looser(_ known: Int?, _ new: Int?) -> Int? {
        guard let known, let new else { return nil }
        return max(known, new)
    }

    mutating func noteSettings(_ fields: JSONValue) {
        sessionSeconds = fields.whole("sessionSeconds") ?? sessionSeconds
        idleSeconds = fields.whole("idleSeconds")
        order = fields.string("order") ?? order
    }
}
