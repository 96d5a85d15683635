import Values

@testable import Rooms

/// The waiting room in memory, written for clarity and not for speed: what the scripts are held
/// against. One generation, no loss.
struct RoomModel {
    struct Place {
        var user: String
        var sequence: Int64
        var seenUntilMs: Int64
        var hasReturned: Bool
    }
    struct Session {
        var sequence: Int64
        var hardEndMs: Int64
        var endMs: Int64
        /// They were let in and have not asked since; nil: they know.
        var heardByMs: Int64?
    }
    struct Skip {
        var sequence: Int64
        var graceEndsMs: Int64
    }
    struct Entry {
        var atMs: Int64
        var admitted: Int64
        var passed: Int64
    }

    var settings = RoomSettings()
    var state = RoomState.open
    var nowMs: Int64
    /// In order of sequence.
    var line: [Place] = []
    var inside: [String: Session] = [:]
    var skipped: [String: Skip] = [:]
    var ended: [String: TicketState] = [:]
    var endedBefore: [String: TicketState] = [:]
    var endedAtMs: Int64
    var sequence: Int64 = 0
    var recent: [Entry] = []
    var oldestMs: Int64 = 0
    var totals: [TicketState: Int64] = [:]
    /// Who has shown a code of which lane.
    var members: [String: LaneName] = [:]
    var shares = RoomModelShares()

    init(nowMs: Int64) {
        self.nowMs = nowMs
        endedAtMs = nowMs
    }

    // MARK: What happens

    mutating func enter(_ user: String, hasTicket: Bool) -> Answer {
        if recall(user) == nil {
            if state != .open && state != .paused {
                if hasJustExpired { admit() }
                hasJustExpired = false
                return state == .soldOut ? .soldOut : .closed
            }
            sequence = max(sequence + 1, nowMs * 1000)
            ended[user] = nil
            endedBefore[user] = nil
            let lane = self.lane(of: user)
            let poll = pollAfterMs(before: before(rank: waiting(in: lane), in: lane))
            let place = sequence + Int64(lane) * LineSequence.laneSpan
            stand(user, place, seenUntilMs: deadline(poll), hasReturned: false)
            hasJustExpired = false
            admit()
        } else {
            changeLane(user)
            if hasJustReturned { admit() }
        }
        hasJustReturned = false
        return report(user, sequence: line.first { $0.user == user }?.sequence ?? 0)
    }

    mutating func status(_ user: String, ticketSequence: Int64) -> Answer {
        _ = recall(user)
        if hasJustReturned || hasJustExpired { admit() }
        hasJustReturned = false
        hasJustExpired = false
        let sequence = line.first { $0.user == user }?.sequence
        return report(user, sequence: sequence ?? ticketSequence)
    }

    mutating func leave(_ user: String) -> Bool {
        admit()
        guard isLive(user) else { return false }
        end(user, as: .left)
        admit()
        return true
    }

    mutating func done(_ user: String) -> Bool {
        admit()
        guard inside[user] != nil else { return false }
        end(user, as: .done)
        admit()
        return true
    }

    mutating func admit() {
        for (user, session) in inside where session.endMs <= nowMs { end(user, as: .expired) }
        for (user, skip) in skipped where skip.graceEndsMs <= nowMs { end(user, as: .expired) }
        slide()
        if nowMs - endedAtMs >= 1_800_000, !(ended.isEmpty && endedBefore.isEmpty) {
            endedAtMs = nowMs
            endedBefore = ended
            ended = [:]
        }
        guard state == .open || state == .draining,
            nowMs >= settings.opening?.milliseconds ?? 0
        else { return }
        var entry = Entry(atMs: nowMs, admitted: 0, passed: 0)
        while let index = nextHead(), mayAdmit(entry.admitted) {
            let head = line.remove(at: index)
            if head.seenUntilMs < nowMs {
                let graceEnds = nowMs + settings.graceSeconds * 1000
                skipped[head.user] = Skip(sequence: head.sequence, graceEndsMs: graceEnds)
                entry.passed += 1
            } else {
                let sessionMs = settings.sessionSeconds * 1000
                let heardBy = head.seenUntilMs
                inside[head.user] = Session(
                    sequence: head.sequence,
                    hardEndMs: nowMs + sessionMs,
                    endMs: lapse(heardBy + sessionMs, from: heardBy),
                    heardByMs: heardBy
                )
                entry.admitted += 1
                shares.take(LineSequence.lane(head.sequence), settings.lanes)
            }
        }
        guard entry.admitted + entry.passed > 0 else { return }
        if movedRecently == 0 { oldestMs = nowMs }
        recent.append(entry)
        totals[.admitted, default: 0] += entry.admitted
    }

    // MARK: Rules

    private var hasJustReturned = false
    private var hasJustExpired = false

    private func mayAdmit(_ admittedNow: Int64) -> Bool {
        if let capacity = settings.capacity, Int64(inside.count) >= capacity { return false }
        let lately = recent.reduce(admittedNow) { $0 + $1.admitted }
        if let rate = settings.rate, lately >= rate { return false }
        return true
    }

    private var movedRecently: Int64 { recent.reduce(0) { $0 + $1.admitted + $1.passed } }

    private mutating func slide() {
        recent.removeAll { $0.atMs <= nowMs - 60_000 }
        if let first = recent.first { oldestMs = first.atMs }
    }

    func lapse(_ hard: Int64, from: Int64? = nil) -> Int64 {
        guard let idle = settings.idleSeconds else { return hard }
        return min(hard, (from ?? nowMs) + idle * 1125)
    }

    /// A session begins when its visitor asks, or when they should have.
    private mutating func hear(_ user: String) {
        guard let session = inside[user], let heardBy = session.heardByMs else { return }
        let hard = min(nowMs, heardBy) + settings.sessionSeconds * 1000
        let ends = lapse(hard)
        inside[user] = Session(sequence: session.sequence, hardEndMs: hard, endMs: ends)
    }

    private func isLive(_ user: String) -> Bool {
        inside[user] != nil || skipped[user] != nil || line.contains { $0.user == user }
    }

    private mutating func end(_ user: String, as state: TicketState) {
        inside[user] = nil
        skipped[user] = nil
        line.removeAll { $0.user == user }
        ended[user] = state
        totals[state, default: 0] += 1
    }

    private mutating func stand(
        _ user: String,
        _ sequence: Int64,
        seenUntilMs: Int64,
        hasReturned: Bool
    ) {
        let place = Place(
            user: user,
            sequence: sequence,
            seenUntilMs: seenUntilMs,
            hasReturned: hasReturned
        )
        line.insert(place, at: line.firstIndex { $0.sequence > sequence } ?? line.count)
    }

    /// Brings back one who was skipped, ends what is over; nil when the visitor has no place.
    private mutating func recall(_ user: String) -> Bool? {
        if let session = inside[user] {
            if session.endMs > nowMs { return true }
            end(user, as: .expired)
            hasJustExpired = true
            return nil
        }
        if let skip = skipped[user] {
            if skip.graceEndsMs <= nowMs {
                end(user, as: .expired)
                hasJustExpired = true
                return nil
            }
            skipped[user] = nil
            let place = settled(skip.sequence)
            stand(user, place, seenUntilMs: deadline(1000), hasReturned: true)
            hasJustReturned = true
            return true
        }
        return line.contains { $0.user == user } ? true : nil
    }

    /// Who has become a member of a lane goes there, and keeps the time of arrival.
    private mutating func changeLane(_ user: String) {
        let lane = lane(of: user)
        guard lane > 0, let index = line.firstIndex(where: { $0.user == user }),
            LineSequence.lane(line[index].sequence) != lane
        else { return }
        var place = line.remove(at: index)
        let rest = LineSequence.rest(place.sequence)
        place.sequence = rest + Int64(lane) * LineSequence.laneSpan
        if nowMs + 7_250 > place.seenUntilMs { place.seenUntilMs = deadline(1_000) }
        line.insert(
            place,
            at: line.firstIndex { $0.sequence > place.sequence } ?? line.count
        )
        hasJustReturned = true
    }

    private func deadline(_ poll: Int64) -> Int64 { nowMs + poll * 11 / 4 + 5000 }

    /// `rank`: who leaves the line before.
    private func pollAfterMs(before rank: Int) -> Int64 {
        if state == .soldOut { return 30_000 }
        var poll = 1000 + 20 * Double(rank)
        if movedRecently > 0, nowMs - oldestMs <= 120_000 {
            let span = Double(max(10_000, min(60_000, nowMs - oldestMs)))
            poll = min(poll, Double(rank) / (Double(movedRecently) / span) / 10)
        }
        let opening = settings.opening?.milliseconds ?? 0
        if nowMs < opening { poll = max(poll, Double(opening - nowMs) / 10) }
        if rank >= 1000 { poll = max(poll, Double(line.count) / 20) }
        poll = max(1000, min(30_000, poll))
        return Int64(poll.rounded(.down))
    }

    // MARK: Answers

    enum Answer: Equatable {
        case closed, soldOut
        case waiting(ahead: Int, pollAfterMs: Int64, hasReturned: Bool)
        case admitted(hardEndMs: Int64)
        case ended(TicketState)
    }

    private mutating func report(_ user: String, sequence: Int64) -> Answer {
        hear(user)
        if let session = inside[user] {
            if let idle = settings.idleSeconds {
                let end = lapse(session.hardEndMs)
                let gain = end - session.endMs
                let isLast = end == session.hardEndMs && gain > 0
                if gain >= idle * 125 || isLast { inside[user]?.endMs = end }
            }
            return .admitted(hardEndMs: session.hardEndMs)
        }
        guard let rank = line.firstIndex(where: { $0.user == user }) else {
            return .ended(ended[user] ?? endedBefore[user] ?? .expired)
        }
        let lane = LineSequence.lane(line[rank].sequence)
        let ahead = line[..<rank].count { LineSequence.lane($0.sequence) == lane }
        let poll = pollAfterMs(before: before(rank: ahead, in: lane))
        if Double(nowMs) + 2.25 * Double(poll) + 5000 > Double(line[rank].seenUntilMs) {
            line[rank].seenUntilMs = deadline(poll)
        }
        if state == .closed { return .closed }
        if state == .soldOut { return .soldOut }
        return .waiting(
            ahead: ahead,
            pollAfterMs: PollSpread.apply(poll, sequence),
            hasReturned: line[rank].hasReturned
        )
    }
}
