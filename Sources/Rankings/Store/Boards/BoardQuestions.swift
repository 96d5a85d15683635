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
