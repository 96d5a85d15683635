/// Promises about how many coupons there are and which numbers they have.
enum CountPromises {
    /// `isServed`: everybody who came has an outcome.
    static func check(
        _ books: ClaimBooks,
        _ look: ClaimLook,
        isServed: Bool,
        hadOutage: Bool
    ) -> [Promise] {
        [
            quantity(books, look), exactly(books, look, isServed, hadOutage), owned(books, look),
            once(books, look), gapless(books, look, hadOutage), soldOut(books, look, hadOutage),
            falling(books, hadOutage), remaining(books, hadOutage),
        ]
    }

    /// Who has which new number, by everything that was told or looked at: pairs, each once.
    static func holders(_ books: ClaimBooks, _ look: ClaimLook) -> [Int: Set<Int>] {
        var holders: [Int: Set<Int>] = [:]
        for (visitor, claimant) in books.claimants.enumerated() {
            let seen = claimant.granted + claimant.told + (look.owned[visitor] ?? [])
            for sequence in seen { holders[sequence, default: []].insert(visitor) }
        }
        for (visitor, sequence) in books.terms.hadBefore {
            holders[sequence, default: []].insert(visitor)
        }
        return holders
    }

    private static func quantity(_ books: ClaimBooks, _ look: ClaimLook) -> Promise {
        let terms = books.terms
        let shown = (books.documents.map(\.view) + [look.view].compactMap(\.self)).map(\.issued)
        let granted = Set(books.issues.map { [$0.visitor, $0.sequence] }).count
        let most = max(
            shown.max() ?? 0,
            terms.issuedBefore + max(granted, look.newOwners(terms))
        )
        let isSeen = look.view != nil || !books.issues.isEmpty
        return Promise(
            code: "coupon-quantity",
            title: "never more are issued than there are",
            verdict: most > terms.quantity ? .broken : isSeen ? .ok : .notSeen,
            figures: "most issued \(most) of \(terms.quantity)"
                + (terms.issuedBefore > 0 ? ", \(terms.issuedBefore) of them before" : "")
        )
    }

    private static func exactly(
        _ books: ClaimBooks,
        _ look: ClaimLook,
        _ isServed: Bool,
        _ hadOutage: Bool
    ) -> Promise {
        let (code, title) = ("coupon-exactly", "as many are issued as there are and came")
        guard let view = look.view else {
            return .unseen(code, title, "the coupon could not be read")
        }
        guard isServed, !books.claimants.contains(where: { $0.isTurnedAway }) else {
            return .unseen(code, title, "not everybody was served")
        }
        let terms = books.terms
        let came = books.claimants.indices.count {
            books.claimants[$0].claims > 0 && terms.hadBefore[$0] == nil
        }
        let due = min(max(0, terms.quantity - terms.issuedBefore), came)
        let issued = view.issued - terms.issuedBefore
        // An outage may give places back when nobody asks any more.
        let isWrong = issued > due || (issued < due && !hadOutage)
        return Promise(
            code: code,
            title: title,
            verdict: isWrong ? .broken : came == 0 ? .notSeen : .ok,
            figures: "\(issued) issued, \(due) due: \(terms.quantity - terms.issuedBefore) left, "
                + "\(came) came without one"
        )
    }

    private static func owned(_ books: ClaimBooks, _ look: ClaimLook) -> Promise {
        let (code, title) = ("coupon-owned", "as many are issued as have owners")
        guard let view = look.view, look.unread == 0 else {
            return .unseen(code, title, "the coupon or \(look.unread) lists could not be read")
        }
        let issued = view.issued - books.terms.issuedBefore
        let owners = look.newOwners(books.terms)
        let isSound = view.issued + view.remaining == view.quantity
        // Owners who were not looked at can only be among the refused.
        let isWrong = owners > issued || (owners < issued && look.skipped == 0) || !isSound
        return Promise(
            code: code,
            title: title,
            verdict: isWrong ? .broken : issued == 0 && owners == 0 ? .notSeen : .ok,
            figures: "\(issued) issued, \(owners) owned, \(view.remaining) remaining"
        )
    }

    private static func once(_ books: ClaimBooks, _ look: ClaimLook) -> Promise {
        let holders = holders(books, look)
        let twice = holders.count { $0.value.count > 1 }
        let beyond = holders.keys.count { !(1...max(1, books.terms.quantity)).contains($0) }
        return Promise(
            code: "coupon-number-once",
            title: "no number is given twice, and each is within the quantity",
            verdict: twice + beyond > 0 ? .broken : holders.isEmpty ? .notSeen : .ok,
            figures: "\(twice) given twice, \(beyond) outside, of \(holders.count) numbers"
        )
    }

    private static func gapless(
        _ books: ClaimBooks,
        _ look: ClaimLook,
        _ hadOutage: Bool
    ) -> Promise {
        let (code, title) = ("coupon-no-gaps", "the numbers have no gaps")
        guard let view = look.view, look.unread == 0, look.skipped == 0 else {
            return .unseen(code, title, "not everything could be read")
        }
        let before = Set(books.terms.hadBefore.values)
        let numbers = Set(holders(books, look).keys).subtracting(before)
        let issued = view.issued - books.terms.issuedBefore
        // As many different numbers as were issued, none above their count: each is there.
        let missing = max(0, issued - numbers.count)
        let beyond = numbers.count { $0 > view.issued }
        // A place that came back in an outage is a gap until the next one claims.
        let mayHaveGap = hadOutage && view.remaining > 0
        return Promise(
            code: code,
            title: title,
            verdict: missing + beyond > 0 && !mayHaveGap
                ? .broken : numbers.isEmpty ? .notSeen : .ok,
            figures: "\(missing) missing, \(beyond) beyond the last, \(numbers.count) new numbers"
                + (numbers.max().map { " up to \($0)" } ?? "") + " of \(view.issued) issued"
        )
    }

    private static func soldOut(
        _ books: ClaimBooks,
        _ look: ClaimLook,
        _ hadOutage: Bool
    ) -> Promise {
        let (code, title) = ("sold-out-true", "nobody is told sold out while one is left")
        let told = books.claimants.count { $0.wasSoldOut }
        guard let view = look.view, told > 0 else {
            return .unseen(code, title, "\(told) were told")
        }
        // Given to claims that were sent when somebody had been told already.
        let later = books.issues.count { $0.sentNs > books.soldOutNs ?? .max }
        let isLeft = view.issued < view.quantity
        return Promise(
            code: code,
            title: title,
            verdict: (isLeft || later > 0) && !hadOutage ? .broken : .ok,
            figures: "\(told) were told, \(later) issued to later claims, "
                + "\(view.remaining) left in the end, state \(view.state)"
        )
    }

    private static func falling(_ books: ClaimBooks, _ hadOutage: Bool) -> Promise {
        let grown = growths(books.documents)
        return Promise(
            code: "remaining-falls",
            title: "the public count of what is left never grows",
            verdict: grown > 0 && !hadOutage
                ? .broken : books.documents.count < 2 ? .notSeen : .ok,
            figures: "grew \(grown) times in \(books.documents.count) documents"
        )
    }

    /// Documents that show more left than one that had been received before they were asked for.
    static func growths(_ documents: [ClaimBooks.Document]) -> Int {
        let received = documents.sorted { $0.receivedNs < $1.receivedNs }
        var (lowest, next, grown) = (Int.max, 0, 0)
        for document in documents.sorted(by: { $0.sentNs < $1.sentNs }) {
            while next < received.count, received[next].receivedNs <= document.sentNs {
                lowest = min(lowest, received[next].view.remaining)
                next += 1
            }
            if document.view.remaining > lowest { grown += 1 }
        }
        return grown
    }

    private static func remaining(_ books: ClaimBooks, _ hadOutage: Bool) -> Promise {
        var seen: [Int: Int] = [:]
        for issue in books.issues { seen[issue.remaining, default: 0] += 1 }
        let twice = seen.values.count { $0 > 1 }
        let beyond = seen.keys.count { !(0..<max(1, books.terms.quantity)).contains($0) }
        // A place that comes back in an outage is counted down once more.
        let isWrong = beyond > 0 || (twice > 0 && !hadOutage)
        return Promise(
            code: "remaining-once",
            title: "each 201 tells another count of what is left",
            verdict: isWrong ? .broken : books.issues.isEmpty ? .notSeen : .ok,
            figures: "\(twice) told twice, \(beyond) impossible, of \(books.issues.count)"
        )
    }
}
