/// Everything that was seen from the outside. A value: observations go in, checks read it.
struct Observer: Sendable {
    /// Time without any answer from the server.
    struct Outage: Equatable, Sendable {
        var firstNs: Int64
        var lastNs: Int64
    }

    private(set) var records: [VisitorRecord]
    private(set) var lies = ToldLies()
    private(set) var latencies: [Endpoint: Histogram] = [:]
    /// Answers by status code.
    private(set) var statuses: [Int: Int] = [:]
    private(set) var failures: [ExchangeFailure: Int] = [:]
    private(set) var unreadable = 0
    private(set) var outages: [Outage] = []
    private(set) var exchanges = 0
    /// When visitors in the line were told that nothing is left.
    var soldOutNs: [Int64] = []
    var room = RoomView()
    var freePlaces = FreePlaces()
    var clock = ServerClock()
    private var openOutage: Outage?

    /// Outages that are listed one by one; further ones are added to the last.
    static let outagesMax = 1_000

    init(visitors: Int) {
        records = Array(repeating: VisitorRecord(), count: visitors)
    }

    mutating func note(_ observation: Observation) {
        if observation.purpose == .lie { noteLie(observation.reply) }
        if case .unreadable = observation.reply { unreadable += 1 }
        records[observation.visitor].note(observation)
    }

    /// Counts an exchange, whatever it was for.
    mutating func note(_ response: Response, of endpoint: Endpoint?) {
        exchanges += 1
        if let failure = response.failure {
            failures[failure, default: 0] += 1
            guard failure != .hungUp else { return }
            noteSilence(from: response.sentNs, to: response.receivedNs)
            return
        }
        statuses[response.status, default: 0] += 1
        if response.status >= 500 {
            noteSilence(from: response.sentNs, to: response.receivedNs)
        } else {
            closeOutage(answeredNs: response.sentNs)
        }
        guard let endpoint else { return }
        let us = (response.receivedNs - response.sentNs) / 1_000
        latencies[endpoint, default: Histogram()].record(us: us)
    }

    /// A payment goes out: it ends the session if it is made.
    mutating func paying(_ visitor: Int, sentNs: Int64) {
        records[visitor].endSentNs = min(records[visitor].endSentNs ?? sentNs, sentNs)
    }

    /// A payment was made, and the session is over.
    mutating func paid(_ visitor: Int, receivedNs: Int64) {
        records[visitor].endReceivedNs = min(
            records[visitor].endReceivedNs ?? receivedNs,
            receivedNs
        )
    }

    /// An answer of the shop that cannot be read.
    mutating func noteUnreadable() { unreadable += 1 }

    /// The outages with the one that has not ended.
    var allOutages: [Outage] { outages + (openOutage.map { [$0] } ?? []) }

    private mutating func noteLie(_ reply: Reply) {
        // An outage is no answer to the lie; the liar comes back with it.
        guard !reply.isTemporary else { return }
        lies.told += 1
        switch reply {
        case .refused(403, "ticket_invalid", _): lies.refused += 1
        case .refused(let status, let code, _): lies.wrong["\(status) \(code)", default: 0] += 1
        case .ticket(let answer): lies.wrong["\(answer.state.rawValue)", default: 0] += 1
        case .accepted, .unreadable, .nothing: lies.wrong["accepted", default: 0] += 1
        }
    }

    private mutating func noteSilence(from sentNs: Int64, to receivedNs: Int64) {
        guard var outage = openOutage else {
            openOutage = Outage(firstNs: sentNs, lastNs: receivedNs)
            return
        }
        outage.lastNs = max(outage.lastNs, receivedNs)
        openOutage = outage
    }

    /// An answer ends an outage only if it was asked for after the last failure.
    private mutating func closeOutage(answeredNs: Int64) {
        guard let outage = openOutage, answeredNs > outage.lastNs else { return }
        openOutage = nil
        if outages.count < Self.outagesMax {
            outages.append(outage)
        } else {
            outages[outages.count - 1].lastNs = outage.lastNs
        }
    }
}
