/// What is known of the room's settings and what its documents showed.
struct RoomView: Sendable {
    var capacity: Int?
    var rate: Int?
    /// From the operator's document; nil without the admin key.
    var sessionSeconds: Int?
    var idleSeconds: Int?
    var order: String?
    var state: String?
    /// Whether a document was read at all, so that a missing `capacity` means "no limit".
    var isKnown = false
    /// Largest figures that the server itself gave.
    var insideMax = 0
    var waitingMax = 0
    var admittedLast60sMax = 0
    /// The latest figures.
    var inside = 0
    var waiting = 0
    var documents = 0

    /// Reads the public document.
    mutating func note(_ fields: JSONFields) {
        isKnown = true
        documents += 1
        capacity = fields.whole("capacity")
        rate = fields.whole("rate")
        state = fields.string("state")
        inside = fields.whole("inside") ?? inside
        waiting = fields.whole("waiting") ?? waiting
        insideMax = max(insideMax, inside)
        waitingMax = max(waitingMax, waiting)
        admittedLast60sMax = max(admittedLast60sMax, fields.whole("admittedLast60s") ?? 0)
    }

    /// Reads what only the operator is told.
    mutating func noteSettings(_ fields: JSONFields) {
        sessionSeconds = fields.whole("sessionSeconds") ?? sessionSeconds
        idleSeconds = fields.whole("idleSeconds")
        order = fields.string("order") ?? order
    }
}
