import Onsale

/// A list of a board.
struct BoardListName: Hashable, Sendable {
    let board: BoardID
    let list: BoardList
}

/// Who waits for the end of the loop's turn. The answer is nil where there is no such board, or it
/// does not keep that list.
@safe struct ListReader<Answer: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Result<Answer?, StoreError>, Never>

    init(_ continuation: UnsafeContinuation<Result<Answer?, StoreError>, Never>) {
        unsafe self.continuation = unsafe continuation
    }

    func resume(_ answer: Result<Answer?, StoreError>) {
        unsafe continuation.resume(returning: answer)
    }
}

struct ListQuery<Question: Sendable, Answer: Sendable>: Sendable {
    let question: Question
    let reader: ListReader<Answer>

    init(_ question: Question, _ reader: ListReader<Answer>) {
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
