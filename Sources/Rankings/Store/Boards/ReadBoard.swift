import Engines
import Values

/// Some places of a list, and how many there are.
struct BoardPage: Equatable, Sendable {
    /// Members above nothing.
    var total: Int
    var entries: [RankedEntry]
    /// The last event that is in it, as the outbox numbers them.
    var cursor: Int64
}

/// Where a member stands, and who stands around it.
struct BoardPlace: Equatable, Sendable {
    var total: Int
    /// Nil: it is not in the list.
    var entry: RankedEntry?
    /// With the member itself, in order; none when it is not in the list.
    var around: [RankedEntry]
    var cursor: Int64
}

/// Reads of one turn of the loop are folded into one script call a list (`BoardTurn.swift`).
extension BoardStore {
    /// Places of a list: `limit` of them, at most `BoardLimits.entriesMax`, after the first
    /// `offset`. Nil: there is no such board, or it does not keep that window. O(log n + limit).
    func page(_ id: BoardID, _ list: BoardList, offset: Int = 0, limit: Int)
        async throws(StoreError) -> BoardPage?
    {
        let question = PageQuestion(
            offset: max(0, offset),
            limit: min(max(0, limit), BoardLimits.entriesMax)
        )
        let name = BoardListName(board: id, list: list)
        startTurns()
        return try await pages.ask(question, about: name)
    }

    /// The place of a member, with `around` before and behind it. Nil: there is no such board, or
    /// it does not keep that window. O(log n + around).
    func place(of member: String, _ id: BoardID, _ list: BoardList, around: Int = 0)
        async throws(StoreError) -> BoardPlace?
    {
        let question = PlaceQuestion(
            member: member,
            around: min(max(0, around), BoardLimits.entriesMax / 2)
        )
        let name = BoardListName(board: id, list: list)
        startTurns()
        return try await places.ask(question, about: name)
    }

    /// The ranks of members, nil for those that are not in the list. At most
    /// `BoardLimits.entriesMax` of them: O(log n) each. Nil: there is no such board, or it does not
    /// keep that window.
    func ranks(of members: [String], _ id: BoardID, _ list: BoardList)
        async throws(StoreError) -> [Int?]?
    {
        precondition(members.count <= BoardLimits.entriesMax, "\(members.count) members")
        guard !members.isEmpty else { return [] }
        let name = BoardListName(board: id, list: list)
        startTurns()
        return try await rankings.ask(members, about: name)
    }
}
