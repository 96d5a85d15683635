import Site

/// Why a board is not read or written.
enum BoardRefusal: CapabilityRefusal, Equatable {
    case notRanked
    case keptBySales

    var problem: Problem {
        switch self {
        case .notRanked:
            Problem(404, "not_ranked", "Not Ranked", "The member is not in this list.")
        case .keptBySales:
            Problem(
                409,
                "board_kept_by_sales",
                "Kept By Sales",
                "What is sold makes the scores of this board; nobody else changes them."
            )
        }
    }
}

extension Refusal {
    static func board(_ refusal: BoardRefusal) -> Refusal { .capability(refusal) }
}
