import Engines
import Redis
import Values

/// A list of a board.
struct BoardListName: Hashable, Sendable {
    let board: BoardID
    let list: BoardList
}

struct PageQuestion: Equatable, Sendable {
    let offset: Int
    let limit: Int
}

struct PlaceQuestion: Sendable {
    let member: String
    let around: Int
}

/// What leaves at the end of a loop's turn: a call for all that was asked about a list.
extension BoardStore {
    /// Questions of one script call: with 100 entries each it keeps Redis for 1 ms.
    static let callMax = 32

    /// From the first question on.
    func startTurns() {
        guard !hasTurns else { return }
        hasTurns = true
        pages.start { [weak self] name, asked async throws(StoreError) in
            try await self?.pages(asked.map(\.question), name)
        }
        places.start { [weak self] name, asked async throws(StoreError) in
            try await self?.places(asked.map(\.question), name)
        }
        rankings.start { [weak self] name, asked async throws(StoreError) in
            try await self?.ranks(asked.map(\.question), name)
        }
    }

    /// What many ask for is asked for once.
    private func pages(_ questions: [PageQuestion], _ name: BoardListName)
        async throws(StoreError) -> [BoardPage]?
    {
        var asked: [PageQuestion] = []
        let places = questions.map { question in
            if let place = asked.firstIndex(of: question) { return place }
            asked.append(question)
            return asked.count - 1
        }
        var arguments: [RedisArgument] = []
        for page in asked { arguments += [.int(page.offset), .int(page.limit)] }
        guard let reply = try await read(scripts[.page], name, arguments) else { return nil }
        let total = Int(try reply.integer(0))
        var pages: [BoardPage] = []
        for (index, page) in asked.enumerated() {
            let text = PlacesText(bytes: try reply.bytes(1 + index), isNamed: name.list.isNamed)
            let entries = try text.entries(firstRank: page.offset + 1, capacity: page.limit)
            pages.append(BoardPage(total: total, entries: entries, cursor: reply.cursor))
        }
        return places.map { pages[$0] }
    }

    private func places(_ questions: [PlaceQuestion], _ name: BoardListName)
        async throws(StoreError) -> [BoardPlace]?
    {
        var arguments: [RedisArgument] = []
        for question in questions {
            arguments += [.string(question.member), .int(question.around)]
        }
        guard let reply = try await read(scripts[.place], name, arguments) else { return nil }
        let total = Int(try reply.integer(0))
        var places: [BoardPlace] = []
        for (index, question) in questions.enumerated() {
            let place = Int(try reply.integer(3 * index + 1))
            let first = Int(try reply.integer(3 * index + 2))
            let text = PlacesText(bytes: try reply.bytes(3 * index + 3), isNamed: name.list.isNamed)
            let around = try text.entries(firstRank: first + 1, capacity: 2 * question.around + 1)
            guard place < 0 || around.indices.contains(place - first) else {
                throw .broken("\(around.count) places around place \(place) from \(first)")
            }
            places.append(
                BoardPlace(
                    total: total,
                    entry: place < 0 ? nil : around[place - first],
                    around: around,
                    cursor: reply.cursor
                )
            )
        }
        return places
    }

    /// In calls of `BoardLimits.entriesMax` members.
    private func ranks(_ questions: [[String]], _ name: BoardListName)
        async throws(StoreError) -> [[Int?]]?
    {
        var ranks: [Int?] = []
        var rest = questions.flatMap { $0 }[...]
        while !rest.isEmpty {
            let members = rest.prefix(BoardLimits.entriesMax)
            rest = rest.dropFirst(members.count)
            let arguments = members.map { RedisArgument.string($0) }
            guard let reply = try await read(scripts[.ranks], name, arguments) else { return nil }
            guard reply.count == members.count else {
                throw .broken("\(reply.count) places of \(members.count) members")
            }
            for index in 0..<members.count {
                let place = Int(try reply.integer(index))
                ranks.append(place < 0 ? nil : place + 1)
            }
        }
        var first = 0
        return questions.map { members in
            defer { first += members.count }
            return Array(ranks[first..<(first + members.count)])
        }
    }

    private func read(_ script: RedisScript, _ name: BoardListName, _ arguments: [RedisArgument])
        async throws(StoreError) -> BoardReply?
    {
        try await read(script, name.list, of: name.board) { revision in
            [.string(name.list.letter), .int(revision)] + arguments
        }
    }
}
