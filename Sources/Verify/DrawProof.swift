import Crypto

/// Recomputes a draw from what is public of it.
struct DrawProof {
    /// What was found to hold, a line each.
    let lines: [String]
    /// Leaves in the drawn order.
    let order: [Digest]

    /// What a visitor noted before the draw, if they did.
    struct Noted: Equatable {
        var seedHash: Digest?
        var root: Digest?
    }

    /// Throws the first thing that is wrong.
    init(_ claims: DrawClaims, noted: Noted = Noted()) throws(DrawFault) {
        let rules = SeededDraw()
        var lines: [String] = []
        try Self.seed(claims, noted, rules, &lines)
        try Self.list(claims, noted, rules, &lines)
        let places = rules.order(of: claims.leaves, seed: claims.seed, root: claims.root)
        order = places.order.map { claims.leaves[Int($0)] }
        lines.append("the order follows from the seed and the list")
        if let entrant = claims.entrant {
            lines.append(try Self.entrant(entrant, claims, places, rules))
        }
        self.lines = lines
    }

    private static func seed(
        _ claims: DrawClaims,
        _ noted: Noted,
        _ rules: SeededDraw,
        _ lines: inout [String]
    ) throws(DrawFault) {
        if let hash = noted.seedHash, hash != claims.seedHash {
            throw DrawFault("seedHash is \(claims.seedHash), and you noted \(hash)")
        }
        let hash = rules.hash(ofSeed: claims.seed)
        guard hash == claims.seedHash else {
            throw DrawFault(
                "the seed is not the one that was committed: its SHA-256 is \(hash), "
                    + "published was \(claims.seedHash)"
            )
        }
        lines.append("the seed is the one whose SHA-256 was published: \(hash)")
    }

    private static func list(
        _ claims: DrawClaims,
        _ noted: Noted,
        _ rules: SeededDraw,
        _ lines: inout [String]
    ) throws(DrawFault) {
        if let root = noted.root, root != claims.root {
            throw DrawFault("root is \(claims.root), and you noted \(root)")
        }
        guard claims.leaves.count == claims.entrants else {
            throw DrawFault(
                "the list has \(claims.leaves.count) entrants, and \(claims.entrants) were said"
            )
        }
        let root = rules.tree.root(claims.leaves)
        guard root == claims.root else {
            throw DrawFault(
                "the list of entrants was altered: its root is \(root), published was "
                    + "\(claims.root)"
            )
        }
        guard Set(claims.leaves).count == claims.leaves.count else {
            throw DrawFault("somebody is on the list twice")
        }
        lines.append("the list of \(claims.entrants) entrants is the one of the root \(root)")
    }

    private static func entrant(
        _ entrant: DrawClaims.Entrant,
        _ claims: DrawClaims,
        _ places: DrawnPlaces,
        _ rules: SeededDraw
    ) throws(DrawFault) -> String {
        let leaf = rules.leaf(
            room: claims.room,
            user: entrant.user,
            sequence: entrant.sequence,
            nonce: entrant.nonce
        )
        guard leaf == entrant.leaf else {
            throw DrawFault(
                "the ticket's leaf is not made of its user, sequence and nonce: they make \(leaf)"
            )
        }
        guard claims.leaves.indices.contains(entrant.index),
            claims.leaves[entrant.index] == leaf
        else { throw DrawFault("the ticket's leaf is not entrant \(entrant.index) of the list") }
        let root = rules.tree.root(
            from: leaf,
            at: entrant.index,
            of: claims.entrants,
            by: entrant.path
        )
        guard root == claims.root else {
            throw DrawFault("the ticket's path does not lead to the root")
        }
        guard let place = places.order.firstIndex(of: Int32(entrant.index)),
            place + 1 == entrant.place
        else {
            throw DrawFault(
                "the ticket was told place \(entrant.place), and the draw put it elsewhere"
            )
        }
        return "\(entrant.user) was entrant \(entrant.index) and was drawn to place "
            + "\(entrant.place) of \(claims.entrants)"
    }
}
