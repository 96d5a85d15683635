/// Everything that was seen of the line from the outside. A value: observations go in, checks read
/// it.
struct Observer: Sendable {
    private(set) var records: [VisitorRecord]
    private(set) var lies = ToldLies()
    /// When visitors in the line were told that nothing is left.
    var soldOutNs: [Int64] = []
    var room = RoomView()
    var freePlaces = FreePlaces()
    var clock = ServerClock()

    init(visitors: Int) {
        records = Array(repeating: VisitorRecord(), count: visitors)
    }

    mutating func note(_ observation: Observation) {
        if observation.purpose == .lie { noteLie(observation.reply) }
        records[observation.visitor].note(observation)
    }

    /// A payment goes out: it ends the session if it is made.
    mutating func paying(_ visitor: Int, sentNs: Int64) {
        records[visitor].endSentNs = min(records[visitor].endSentNs ?? sentNs, sentNs)
    }

    mutating func paid(_ visitor: Int, receivedNs: Int64) {
        let before = records[visitor].endReceivedNs ?? receivedNs
        records[visitor].endReceivedNs = min(before, receivedNs)
    }

    private mutating func noteLie(_ reply: Reply) {
        // The liar tries again after an outage, which is no answer to the lie.
        guard !reply.isTemporary else { return }
        switch reply {
        case .refused(403, "ticket_invalid", _): lies.refusedOne()
        case .refused(let status, let code, _): lies.wentWrong("\(status) \(code)")
        case .ticket(let answer): lies.wentWrong(answer.state.rawValue)
        case .accepted, .unreadable, .nothing: lies.wentWrong("accepted")
        }
    }
}
