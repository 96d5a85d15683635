public import Onsale
import Redis

/// Some places of a list, and how many there are.
public struct BoardPage: Equatable, Sendable {
    /// Members above nothing.
    public var total: Int
    public var entries: [RankedEntry]
    /// The last event that is in it, as the outbox numbers them.
    public var cursor: Int64
}

/// Where a member stands, and who stands around it.
public struct BoardPlace: Equatable, Sendable {
    public var total: Int
    /// Nil: it is not in the list.
    public var entry: RankedEntry?
    /// With the member itself, in order; none when it is not in the list.
    public var around: [RankedEntry]
    public var cursor: Int64
}

extension BoardStore {
    /// Places of a list: `limit` of them, at most `BoardLimits.entriesMax`, after the first
    /// `offset`. Nil: there is no such board, or it does not keep that window. O(log n + limit).
    public func page(_ id: BoardID, _ list: BoardList, offset: Int = 0, limit: Int)
        async throws(StoreError) -> BoardPage?
    {
        let reply = try await read(scripts.page, list, of: id) { revision in
            [
                .string(list.letter), .int(revision), .int(max(0, offset)),
                .int(min(max(0, limit), BoardLimits.entriesMax)),
            ]
        }
        guard let reply else { return nil }
        return BoardPage(
            total: Int(try reply.integer(0)),
            entries: try Self.entries(reply, from: 1, firstRank: offset + 1),
            cursor: reply.cursor
        )
    }

    /// The place of a member, with `around` before and behind it. Nil: there is no such board, or
    /// it does not keep that window. O(log n + around).
    public func place(of member: String, _ id: BoardID, _ list: BoardList, around: Int = 0)
        async throws(StoreError) -> BoardPlace?
    {
        let around = min(max(0, around), BoardLimits.entriesMax / 2)
        let reply = try await read(scripts.place, list, of: id) { revision in
            [.string(list.letter), .int(revision), .string(member), .int(around)]
        }
        guard let reply else { return nil }
        let place = Int(try reply.integer(1))
        let first = Int(try reply.integer(2))
        let entries = try Self.entries(reply, from: 3, firstRank: first + 1)
        return BoardPlace(
            total: Int(try reply.integer(0)),
            entry: place < 0 ? nil : entries[place - first],
            around: entries,
            cursor: reply.cursor
        )
    }

    /// The ranks of members, nil for those that are not in the list. At most
    /// `BoardLimits.entriesMax` of them: O(log n) each. Nil: there is no such board, or it does not
    /// keep that window.
    public func ranks(of members: [String], _ id: BoardID, _ list: BoardList)
        async throws(StoreError) -> [Int?]?
    {
        precondition(members.count <= BoardLimits.entriesMax, "\(members.count) members")
        guard !members.isEmpty else { return [] }
        let reply = try await read(scripts.ranks, list, of: id) { revision in
            [.string(list.letter), .int(revision)] + members.map { .string($0) }
        }
        guard let reply else { return nil }
        guard reply.count == members.count else {
            throw .broken("\(reply.count) places of \(members.count) members")
        }
        var ranks: [Int?] = []
        for index in members.indices {
            let place = Int(try reply.integer(index))
            ranks.append(place < 0 ? nil : place + 1)
        }
        return ranks
    }

    private static func entries(_ reply: BoardReply, from index: Int, firstRank: Int)
        throws(StoreError) -> [RankedEntry]
    {
        var entries: [RankedEntry] = []
        entries.reserveCapacity(max(0, reply.count - index) / 2)
        for place in stride(from: index, to: reply.count - 1, by: 2) {
            entries.append(
                RankedEntry(
                    rank: firstRank + entries.count,
                    member: try reply.text(place),
                    score: try reply.integer(place + 1)
                )
            )
        }
        return entries
    }
}
