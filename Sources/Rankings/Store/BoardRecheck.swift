import Engines
import EventLoop

/// Where a member stands in a list, as the boards order it.
struct BoardStanding: Equatable, Sendable {
    let member: String
    let units: Int64
    /// When it reached them, in the list's own measure.
    let reached: Int64

    init(_ sum: MemberSum, in span: StandingsSpan) {
        member = sum.member
        units = sum.units
        let seconds = (sum.reachedMs - (span.isBySecond ? span.startMs : 0)) / 1_000
        reached = span.isBySecond ? min(PackedScore.secondsMax, seconds) : sum.reachedMs
    }

    /// Units, who reached them first, the greater name by its bytes.
    func isBefore(_ other: BoardStanding) -> Bool {
        if units != other.units { return units > other.units }
        if reached != other.reached { return reached < other.reached }
        return other.member.utf8.lexicographicallyPrecedes(member.utf8)
    }
}

/// Members who did not stand in a list as the ledger says, looked at until they do.
struct BoardRecheck: Sendable {
    let list: BoardListAudit

    private typealias Truth = [String: BoardStanding]
    private typealias Places = [(member: String, place: BoardPlace)]

    /// Looks, with `patienceMs` between two: together longer than the relay's pause.
    private static let looksMax = 6
    static let patienceMs = 500
    /// Members of one read of the ledger.
    private static let namedMax = 500

    /// What is wrong with one of them, whenever one looks; nil: nothing.
    func lastingDifference(of members: [String]) async throws(StoreError) -> String? {
        var suspects = members
        var former: Truth?
        for look in 1...Self.looksMax {
            guard !suspects.isEmpty else { return nil }
            if look > 1 { await list.boards.loop.sleep(ms: Self.patienceMs) }
            // First Redis, then the ledger, which is further: what it had at the look before and
            // has now are the bounds of what may be in Redis.
            let span = try await list.span()
            let places = try await places(of: suspects)
            let truth = try await truth(of: places, in: span)
            var wrong: [(member: String, difference: String)] = []
            for (member, place) in places {
                let difference = difference(member, place, truth, former ?? truth)
                if let difference { wrong.append((member, difference)) }
            }
            if look == Self.looksMax, let first = wrong.first {
                let rest = wrong.count > 1 ? ", and \(wrong.count - 1) more" : ""
                return first.difference + rest
            }
            suspects = wrong.map(\.member)
            former = truth
        }
        return nil
    }

    private func places(of members: [String]) async throws(StoreError) -> Places {
        var places: Places = []
        for member in members {
            let place = try await list.boards
                .place(of: member, list.board, list.list, around: 1)
            guard let place else {
                throw .unavailable("the settings of \(list.board) were changed")
            }
            places.append((member, place))
        }
        return places
    }

    /// What the ledger says of them, and of who stands beside them.
    private func truth(of places: Places, in span: StandingsSpan) async throws(StoreError) -> Truth
    {
        var names: Set<String> = []
        for (member, place) in places {
            names.insert(member)
            names.formUnion(place.around.map(\.member))
        }
        var truth: Truth = [:]
        var rest = Array(names)[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.namedMax))
            rest = rest.dropFirst(some.count)
            for sum in try await list.ledger.sums(of: list.board, in: span, named: some) {
                truth[sum.member] = BoardStanding(sum, in: span)
            }
        }
        return truth
    }

    private func difference(
        _ member: String,
        _ place: BoardPlace,
        _ truth: Truth,
        _ former: Truth
    ) -> String? {
        let (was, now) = (former[member]?.units ?? 0, truth[member]?.units ?? 0)
        let has = place.entry?.score ?? 0
        guard (min(was, now)...max(was, now)).contains(has) else {
            return "\(member) has \(has) in Redis and \(now) in the ledger"
        }
        // On the move: its place is told by the next look.
        guard has == now else { return nil }
        for (left, right) in zip(place.around, place.around.dropFirst()) {
            // Who has something else is on the move, or looked at by its own name.
            guard let before = truth[left.member], let after = truth[right.member],
                before.units == left.score, after.units == right.score
            else { continue }
            if !before.isBefore(after) {
                return "\(before.member) stands before \(after.member), who was first"
            }
        }
        return nil
    }
}
