import Onsale
import Redis

/// Visitors whose question waits for the end of the loop's turn, by room.
struct VisitBatch {
    @safe struct Query {
        let user: UserID
        /// What the visitor's ticket says; nil when none was brought.
        let ticket: Ticket?
        let answer: UnsafeContinuation<Result<PlaceReply?, StoreError>, Never>
    }

    /// Visitors of one script call: 128 x ~2 us keeps Redis busy for less than 0.5 ms.
    static let visitorsMax = 128

    private var queries: [RoomID: [Query]] = [:]

    var isEmpty: Bool { queries.isEmpty }

    mutating func append(_ query: Query, in room: RoomID) {
        queries[room, default: []].append(query)
    }

    /// Everything gathered, in calls of at most `visitorsMax`.
    mutating func takeCalls() -> [(room: RoomID, queries: ArraySlice<Query>)] {
        var calls: [(RoomID, ArraySlice<Query>)] = []
        for (room, all) in queries {
            var rest = all[...]
            while !rest.isEmpty {
                calls.append((room, rest.prefix(Self.visitorsMax)))
                rest = rest.dropFirst(Self.visitorsMax)
            }
        }
        queries.removeAll(keepingCapacity: true)
        return calls
    }
}

extension RoomStore {
    /// Starts the calls of this turn. True when there were any.
    func flush() -> Bool {
        guard !enters.isEmpty || !statuses.isEmpty else { return false }
        for call in enters.takeCalls() { start(scripts.enter, call.room, call.queries) }
        for call in statuses.takeCalls() {
            start(scripts.status, call.room, call.queries)
        }
        return true
    }

    private func start(
        _ script: RedisScript,
        _ room: RoomID,
        _ queries: ArraySlice<VisitBatch.Query>
    ) {
        Task.immediate(executorPreference: loop) { [self] in
            let result: Result<[PlaceReply]?, StoreError>
            do throws(StoreError) {
                result = .success(try await places(script, room, queries))
            } catch {
                result = .failure(error)
            }
            for (index, query) in queries.enumerated() {
                unsafe query.answer.resume(returning: result.map { $0?[index] })
            }
        }
    }

    /// The places of the visitors asked for, in order; nil when nobody knows the room.
    private func places(
        _ script: RedisScript,
        _ room: RoomID,
        _ queries: ArraySlice<VisitBatch.Query>
    ) async throws(StoreError) -> [PlaceReply]? {
        var arguments: [RedisArgument] = []
        arguments.reserveCapacity(1 + 4 * queries.count)
        arguments.append(.int(waitingMax))
        var newest: Int64 = 0
        for query in queries {
            arguments.append(.string(query.user.raw))
            arguments.append(.int(query.ticket?.generation ?? 0))
            arguments.append(.int(query.ticket?.sequence ?? 0))
            arguments.append(.int(query.ticket?.sessionExpiresMs ?? 0))
            newest = max(newest, query.ticket?.generation ?? 0)
        }
        for attempt in 1...2 {
            switch try await run(script, room, arguments).places() {
            case .known(let places):
                guard places.count == queries.count else {
                    throw .broken("\(places.count) places for the visitors asked")
                }
                return places
            case .missing, .behind:
                guard attempt == 1, try await keeper.recover(room, above: newest) else {
                    return nil
                }
            }
        }
        return nil
    }
}
