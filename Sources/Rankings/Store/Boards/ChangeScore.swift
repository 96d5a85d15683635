import Engines
import EventLoop

/// What became of a change of a score.
enum ScoreOutcome: Equatable, Sendable {
    /// What the member has in all now.
    case applied(Int64)
    /// The event has counted before; what the member has in all now.
    case repeated(Int64)
    case unknownBoard
    /// A board's scores that are seats or products sold.
    case keptBySales
    /// The score would leave 0 to 2^31 - 1, by this field: `add` or `set`.
    case outOfRange(String)
}

extension BoardBook {
    /// Adds to a member's score or sets it, once for each event of the board.
    func change(_ change: ScoreChange) async throws(StoreError) -> ScoreOutcome {
        guard !change.board.isKeptBySales else { return .keptBySales }
        guard change.isInRange else { return .outOfRange(change.field) }
        switch try await ledger.change(change, atMs: loop.clock.wallMs()) {
        case .success(let score):
            committed()
            return .applied(score)
        case .failure(.repeated(let score)): return .repeated(score)
        case .failure(.unknownBoard): return .unknownBoard
        case .failure(.outOfRange): return .outOfRange(change.field)
        }
    }
}

extension ScoreChange {
    fileprivate var field: String {
        switch change {
        case .add: "add"
        case .set: "set"
        }
    }

    /// Whether an engine can add it without leaving its integers: whether it fits is the ledger's.
    fileprivate var isInRange: Bool {
        switch change {
        case .add(let units): Self.addRange.contains(units)
        case .set(let units): Self.setRange.contains(units)
        }
    }
}
