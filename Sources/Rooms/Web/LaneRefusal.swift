import Site

/// Why a code or a lane is refused.
enum LaneRefusal: CapabilityRefusal, Equatable {
    case codeInvalid
    case codeUsedUp
    /// People wait in the lane of this name.
    case laneInUse(String)
    case codeExists

    var problem: Problem {
        switch self {
        case .codeInvalid:
            Problem(
                403,
                "code_invalid",
                "Code Invalid",
                "This is not a code of this room. A place in its line stays as it was."
            )
        case .codeUsedUp:
            Problem(
                409,
                "code_used_up",
                "Code Used Up",
                "As many visitors as it was made for have used this code. A place in the line "
                    + "stays as it was."
            )
        case .laneInUse(let name):
            Problem(
                409,
                "lane_in_use",
                "Lane In Use",
                "People wait in the lane \(name): it can be removed when it is empty."
            )
        case .codeExists:
            Problem(
                409,
                "code_exists",
                "Code Exists",
                "One of the codes is of another lane, or for another number of uses; none was made."
            )
        }
    }
}

extension Refusal {
    static func lane(_ refusal: LaneRefusal) -> Refusal { .capability(refusal) }
}
