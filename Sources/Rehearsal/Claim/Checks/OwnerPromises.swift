/// Promises to the one who claims: what was said is so, once and in the end.
enum OwnerPromises {
    static func check(_ books: ClaimBooks, _ look: ClaimLook, hadOutage: Bool) -> [Promise] {
        [
            one(books, look), issuedOnce(books), kept(books, look), told(books, look),
            refused(books, look, hadOutage), lies(books),
        ]
    }

    private static func one(_ books: ClaimBooks, _ look: ClaimLook) -> Promise {
        var (two, seen) = (0, 0)
        for (visitor, claimant) in books.claimants.enumerated() {
            let list = look.owned[visitor] ?? []
            let numbers = Set(claimant.granted + claimant.told + list)
            if numbers.isEmpty { continue }
            seen += 1
            if numbers.count > 1 || list.count > 1 { two += 1 }
        }
        return Promise(
            code: "coupon-one-each",
            title: "nobody has two",
            verdict: two > 0 ? .broken : seen == 0 ? .notSeen : .ok,
            figures: "\(two) have two, \(seen) have one"
        )
    }

    /// The 201s of one visitor, of all that claimed more than once.
    private static func issuedOnce(_ books: ClaimBooks) -> Promise {
        var (twice, never, differing, compared) = (0, 0, 0, 0)
        for (visitor, claimant) in books.claimants.enumerated() {
            guard claimant.claims > 1 || books.terms.hadBefore[visitor] != nil, claimant.knows
            else { continue }
            compared += 1
            let due = books.terms.hadBefore[visitor] == nil ? 1 : 0
            if claimant.granted.count > due { twice += 1 }
            // Without an answer that was lost, one of them must have been the 201.
            if claimant.granted.count < due, claimant.lost == 0 { never += 1 }
            if Set(claimant.granted + claimant.told).count > 1 { differing += 1 }
        }
        return Promise(
            code: "coupon-issued-once",
            title: "however often one claims, one answer is 201 and the others tell its number",
            verdict: twice + never + differing > 0 ? .broken : compared == 0 ? .notSeen : .ok,
            figures: "\(twice) with two 201s, \(never) with none, \(differing) with two numbers, "
                + "of \(compared) who claimed more than once"
        )
    }

    private static func kept(_ books: ClaimBooks, _ look: ClaimLook) -> Promise {
        let granted = books.claimants.indices.filter { !books.claimants[$0].granted.isEmpty }
        let read = granted.filter { look.owned[$0] != nil }
        let lost = read.count { visitor in
            let list = look.owned[visitor] ?? []
            return !books.claimants[visitor].granted.allSatisfy { list.contains($0) }
        }
        return Promise(
            code: "coupon-kept",
            title: "who saw 201 has that number in the end",
            verdict: lost > 0 ? .broken : read.isEmpty ? .notSeen : .ok,
            figures: "\(lost) lost of \(read.count)" + unread(granted.count - read.count)
        )
    }

    private static func told(_ books: ClaimBooks, _ look: ClaimLook) -> Promise {
        let told = books.claimants.indices.filter { !books.claimants[$0].told.isEmpty }
        let read = told.filter { look.owned[$0] != nil }
        let wrong = read.count { visitor in
            let list = look.owned[visitor] ?? []
            return !books.claimants[visitor].told.allSatisfy { list.contains($0) }
        }
        // Whoever was told of one without a 201 was alone with it: the single claim must not be.
        let invented = told.count { visitor in
            let claimant = books.claimants[visitor]
            return claimant.claims == 1 && claimant.lost == 0
                && books.terms.hadBefore[visitor] == nil
        }
        return Promise(
            code: "already-claimed-true",
            title: "who is told of having one has that number",
            verdict: wrong + invented > 0 ? .broken : read.isEmpty ? .notSeen : .ok,
            figures: "\(wrong) have not, \(invented) never claimed it, of \(read.count)"
                + unread(told.count - read.count)
        )
    }

    private static func refused(
        _ books: ClaimBooks,
        _ look: ClaimLook,
        _ hadOutage: Bool
    ) -> Promise {
        var (wrong, seen) = (0, 0)
        for (visitor, claimant) in books.claimants.enumerated() where claimant.wasSoldOut {
            guard let list = look.owned[visitor] else { continue }
            seen += 1
            // With an outage, a place may have come back for another claim of the same visitor.
            if !list.isEmpty, !hadOutage || books.terms.hadBefore[visitor] != nil { wrong += 1 }
        }
        return Promise(
            code: "refused-have-none",
            title: "who is told sold out has none",
            verdict: wrong > 0 ? .broken : seen == 0 ? .notSeen : .ok,
            figures: "\(wrong) have one, of \(seen) looked at, \(look.skipped) not looked at"
        )
    }

    private static func lies(_ books: ClaimBooks) -> Promise {
        books.lies.promise(
            "claim-lies-refused",
            "a claim of nobody, or for what is not there, is refused"
        )
    }

    private static func unread(_ count: Int) -> String {
        count == 0 ? "" : ", \(count) could not be read"
    }
}
