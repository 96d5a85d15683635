import Onsale
import Values

/// A list of a board.
struct BoardListName: Hashable, Sendable {
    let board: BoardID
    let list: BoardList
}

/// The answer is nil where there is no such board, or it does not keep that list.
struct ListQuery<Question: Sendable, Answer: Sendable>: Sendable {
    let question: Question
    let reader: TurnReader<Answer?>

    init(_ question: Question, _ reader: TurnReader<Answer?>) {
        self.question = question
        self.reader = reader
    }
}

struct PageQuestion: Equatable, Sendable {
    let offset: Int
    let limit: Int
}

struct PlaceQuestion: Sendable {
    let member: String
    let around: Int
}
