import Engines
import Redis
import Values

/// A visitor whose question waits for the end of the loop's turn.
///
/// A class: it goes from list to list, and each copy of its parts would count six references: 1,300
/// instructions of a status were such copies.
final class VisitQuery: Sendable {
    let user: UserID
    /// What the visitor's ticket says; nil when none was brought.
    let ticket: Ticket?
    /// The lane of which the visitor has just become a member; nil: the ledger knows.
    let lane: LaneName?
    /// Called once, on the loop.
    let answer: Answer

    typealias Answer = @Sendable (Result<PlaceReply?, StoreError>) -> Void

    init(user: UserID, ticket: Ticket?, lane: LaneName? = nil, answer: @escaping Answer) {
        self.user = user
        self.ticket = ticket
        self.lane = lane
        self.answer = answer
    }

    /// Visitors of one script call: at 4 us each, measured with 100,000 waiting, a call keeps Redis
    /// for about 0.5 ms.
    static let callMax = 128
}

extension RoomStore {
    /// Starts the calls of this turn. True when there were any.
    func flush() -> Bool {
        let entering = enters.takeCalls(max: VisitQuery.callMax)
        let looking = statuses.takeCalls(max: .max)
        for call in entering { start(call.subject, call.queries, entering: true) }
        for call in looking { look(call.subject, call.queries) }
        return !entering.isEmpty || !looking.isEmpty
    }

    private func start(_ room: RoomID, _ queries: ArraySlice<VisitQuery>, entering: Bool) {
        Task.immediate(executorPreference: loop) { [self] in
            await answer(room, queries, entering: entering)
        }
    }

    /// Asks Redis about each of the visitors. `note` sees each answer before it is given.
    func answer(
        _ room: RoomID,
        _ queries: ArraySlice<VisitQuery>,
        entering: Bool,
        note: (PlaceReply) -> Void = { _ in }
    ) async {
        let result: Result<[PlaceReply]?, StoreError>
        do throws(StoreError) {
            result = .success(try await places(room, queries, entering: entering))
        } catch {
            result = .failure(error)
        }
        for (index, query) in queries.enumerated() {
            if case .success(let places?) = result { note(places[index]) }
            query.answer(result.map { $0?[index] })
        }
    }

    /// The places of the visitors asked for, in order; nil when nobody knows the room.
    private func places(
        _ room: RoomID,
        _ queries: ArraySlice<VisitQuery>,
        entering: Bool
    ) async throws(StoreError) -> [PlaceReply]? {
        let newest = queries.reduce(0) { max($0, $1.ticket?.generation ?? 0) }
        for attempt in 0..<3 as Range<Int64> {
            let found =
                entering
                ? try await entered(room, queries) : try await looked(room, queries)
            if let found, found.count == queries.count {
                // A ticket newer than the room: Redis came back with a past of it.
                if found.allSatisfy({ $0.head.generation >= newest }) { return found }
            } else if let found {
                throw .broken("\(found.count) places for \(queries.count) visitors")
            }
            // Unknown to Redis, or it misses a visit of the room's own generation: if nobody has
            // seen the room to be newer than Redis has it, the visit has.
            guard attempt < 2, try await keeper.recover(room, above: newest + attempt) else {
                return nil
            }
        }
        return nil
    }

    private func entered(_ room: RoomID, _ queries: ArraySlice<VisitQuery>)
        async throws(StoreError) -> [PlaceReply]?
    {
        let members = await members(of: room, among: queries)
        var arguments: [RedisArgument] = []
        arguments.reserveCapacity(2 + 2 * queries.count)
        arguments.append(.int(waitingMax))
        arguments.append(.int(0))
        for query in queries {
            let claim = query.ticket?.claim ?? ""
            let lane = query.lane ?? members[query.user]
            arguments.append(.string(query.user.raw))
            arguments.append(.string(lane.map { "\(claim)|\($0)" } ?? claim))
        }
        var reply = try await run(scripts[.enter], room, arguments)
        if try reply.integer(0) == 2 {
            // Nobody has used the room for as long as sequences were leased.
            let nowMs = try reply.integer(1), sequence = try reply.integer(2)
            let leased = await keeper.lease(of: room, at: nowMs, above: sequence)
            arguments[1] = .int(leased)
            reply = try await run(scripts[.enter], room, arguments)
        }
        let places = try reply.places()
        if places != nil { try lineReader(room).learn(entering: reply) }
        return places
    }

    /// Who of those that enter a room with lanes is a member of one. A ledger that is away keeps
    /// nobody waiting: its members stand in the line itself, and go to their lane when they enter
    /// again.
    private func members(of room: RoomID, among queries: ArraySlice<VisitQuery>) async -> [UserID:
        LaneName]
    {
        guard registry.room(room)?.settings.lanes != nil else { return [:] }
        let asked = queries.filter { $0.lane == nil }.map(\.user)
        guard !asked.isEmpty else { return [:] }
        return await Background.reads.attempt(about: ("room", room.raw)) {
            try await registry.ledger.members(of: room, among: asked)
        } ?? [:]
    }

    /// Asks shortly first; only for those who are neither waiting nor inside, with all they know.
    private func looked(_ room: RoomID, _ queries: ArraySlice<VisitQuery>)
        async throws(StoreError) -> [PlaceReply]?
    {
        let reply = try await run(
            scripts[.status],
            room,
            queries.map { .string($0.user.raw) } + queries.map { .int($0.ticket?.sequence ?? 0) }
        )
        guard var places = try reply.shortPlaces(queries.map { $0.ticket?.sequence ?? 0 }) else {
            return nil
        }
        let unknown = places.indices.filter { places[$0].code == .unknown }
        guard !unknown.isEmpty else { return places }
        var arguments: [RedisArgument] = []
        for index in unknown {
            let query = queries[queries.startIndex + index]
            arguments.append(.string(query.user.raw))
            arguments.append(.string(query.ticket?.claim ?? ""))
        }
        guard let recalled = try await run(scripts[.recall], room, arguments).places() else {
            return nil
        }
        for (index, place) in zip(unknown, recalled) { places[index] = place }
        return places
    }
}

extension Ticket {
    /// What the scripts need to bring the bearer back: "<generation> <sequence> <hard end or 0>".
    fileprivate var claim: String { "\(generation) \(sequence) \(sessionExpiresMs ?? 0)" }
}
