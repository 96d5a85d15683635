/// Promises to the one who claims: what was said is so, once and in the end.
struct OwnerPromises {
    let books: ClaimBooks
    let look: ClaimLook
    let hadOutage: Bool

    var all: [Promise] {
        [
            one, issuedOnce, kept, told, refused,
            books.lies.promise(
                "claim-lies-refused",
                "a claim of nobody, or for what is not there, is refused"
            ),
        ]
    }

    private var one: Promise {
        var (two, seen) = (0, 0)
        for (visitor, claimant) in books.claimants.enumerated() {
            let list = look.owned[visitor] ?? []
            let numbers = Set(claimant.granted + claimant.told + list)
            if numbers.isEmpty { continue }
            seen += 1
            if numbers.count > 1 || list.count > 1 { two += 1 }
        }
        return Promise("coupon-one-each", "nobody has two").judged(
            isBroken: two > 0,
            isSeen: seen > 0,
            "\(two) have two, \(seen) have one"
        )
    }

    /// The 201s of one visitor, of all that claimed more than once.
    private var issuedOnce: Promise {
        var (twice, never, differing, compared) = (0, 0, 0, 0)
        for (visitor, claimant) in books.claimants.enumerated() {
            let due = books.terms.hadBefore[visitor] == nil ? 1 : 0
            guard claimant.claims > due, claimant.knows else { continue }
            compared += 1
            if claimant.granted.count > due { twice += 1 }
            // Without an answer that was lost, one of them must have been the 201.
            if claimant.granted.count < due, claimant.lost == 0 { never += 1 }
            if Set(claimant.granted + claimant.told).count > 1 { differing += 1 }
        }
        let title = "however often one claims, one answer is 201 and the others tell its number"
        return Promise("coupon-issued-once", title).judged(
            isBroken: twice + never + differing > 0,
            isSeen: compared > 0,
            "\(twice) with two 201s, \(never) with none, \(differing) with two numbers, "
                + "of \(compared) who claimed more than once"
        )
    }

    private var kept: Promise {
        let found = lists(\.granted)
        return Promise("coupon-kept", "who saw 201 has that number in the end").judged(
            isBroken: found.wrong > 0,
            isSeen: found.read > 0,
            "\(found.wrong) lost of \(found.read)" + found.unread
        )
    }

    private var told: Promise {
        let found = lists(\.told)
        // A visitor with one claim, and every answer to it, cannot have claimed before.
        let invented = books.claimants.indices.count { visitor in
            let claimant = books.claimants[visitor]
            return !claimant.told.isEmpty && claimant.claims == 1 && claimant.lost == 0
                && books.terms.hadBefore[visitor] == nil
        }
        return Promise("already-claimed-true", "who is told of having one has that number").judged(
            isBroken: found.wrong + invented > 0,
            isSeen: found.read > 0,
            "\(found.wrong) have not, \(invented) never claimed it, of \(found.read)"
                + found.unread
        )
    }

    /// Holds numbers that visitors were told against their lists.
    private func lists(
        _ numbers: (Claimant) -> [Int]
    ) -> (wrong: Int, read: Int, unread: String) {
        var (wrong, read, unread) = (0, 0, 0)
        for (visitor, claimant) in books.claimants.enumerated() {
            let told = numbers(claimant)
            if told.isEmpty { continue }
            guard let list = look.owned[visitor] else {
                unread += 1
                continue
            }
            read += 1
            if !told.allSatisfy(list.contains) { wrong += 1 }
        }
        return (wrong, read, unread == 0 ? "" : ", \(unread) could not be read")
    }

    private var refused: Promise {
        var (wrong, seen) = (0, 0)
        for (visitor, claimant) in books.claimants.enumerated() where claimant.wasSoldOut {
            guard let list = look.owned[visitor] else { continue }
            seen += 1
            // With an outage, a place may have come back for another claim of the same visitor.
            if !list.isEmpty, !hadOutage || books.terms.hadBefore[visitor] != nil { wrong += 1 }
        }
        return Promise("refused-have-none", "who is told sold out has none").judged(
            isBroken: wrong > 0,
            isSeen: seen > 0,
            "\(wrong) have one, of \(seen) looked at, \(look.skipped) not looked at"
        )
    }
}
