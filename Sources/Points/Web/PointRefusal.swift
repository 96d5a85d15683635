import Site

/// Why points are not taken or added.
package enum PointRefusal: CapabilityRefusal, Equatable {
    case insufficient
    case balanceLimit
    /// Of a charge: by whom, or of how much, is another's to know.
    case referenceUsed

    package var problem: Problem {
        switch self {
        case .insufficient:
            Problem(402, "insufficient_points", "Insufficient Points", "The balance is too low.")
        case .balanceLimit:
            Problem(409, "balance_limit", "Balance Limit", "The balance would pass 2^53.")
        case .referenceUsed:
            Problem(
                409,
                "reference_used",
                "Reference Used",
                "The reference is that of another charge; nothing was added."
            )
        }
    }
}

extension Refusal {
    package static func points(_ refusal: PointRefusal) -> Refusal { .capability(refusal) }
}
