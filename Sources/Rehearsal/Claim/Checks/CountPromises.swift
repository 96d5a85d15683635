/// Promises about how many coupons there are and which numbers they have.
struct CountPromises {
    let books: ClaimBooks
    let look: ClaimLook
    /// Everybody who came has an outcome.
    let isServed: Bool
    let hadOutage: Bool

    private var terms: ClaimBooks.Terms { books.terms }

    var all: [Promise] {
        [quantity, exactly, owned, once, gapless, soldOut, falling, remaining]
    }

    /// The owners of each number, by every answer and every list.
    private var holders: [Int: Set<Int>] {
        var holders: [Int: Set<Int>] = [:]
        for (visitor, claimant) in books.claimants.enumerated() {
            let seen = claimant.granted + claimant.told + (look.owned[visitor] ?? [])
            for sequence in seen { holders[sequence, default: []].insert(visitor) }
        }
        for (visitor, sequence) in terms.hadBefore {
            holders[sequence, default: []].insert(visitor)
        }
        return holders
    }

    private var quantity: Promise {
        let shown = (books.documents.map(\.view) + [look.view].compactMap(\.self)).map(\.issued)
        let granted = Set(books.issues.map { [$0.visitor, $0.sequence] }).count
        let most = max(
            shown.max() ?? 0,
            terms.issuedBefore + max(granted, look.newOwners(terms))
        )
        return Promise("coupon-quantity", "never more are issued than there are").judged(
            isBroken: most > terms.quantity,
            isSeen: look.view != nil || !books.issues.isEmpty,
            "most issued \(most) of \(terms.quantity)"
                + (terms.issuedBefore > 0 ? ", \(terms.issuedBefore) of them before" : "")
        )
    }

    private var exactly: Promise {
        let promise = Promise("coupon-exactly", "as many are issued as there are and came")
        guard let view = look.view else { return promise.unseen("the coupon could not be read") }
        guard isServed, !books.claimants.contains(where: { $0.isTurnedAway }) else {
            return promise.unseen("not everybody was served")
        }
        let came = books.claimants.indices.count {
            books.claimants[$0].claims > 0 && terms.hadBefore[$0] == nil
        }
        let due = min(max(0, terms.quantity - terms.issuedBefore), came)
        let issued = view.issued - terms.issuedBefore
        return promise.judged(
            // An outage may give places back when nobody asks any more.
            isBroken: issued > due || (issued < due && !hadOutage),
            isSeen: came > 0,
            "\(issued) issued, \(due) due: \(terms.quantity - terms.issuedBefore) left, "
                + "\(came) came without one"
        )
    }

    private var owned: Promise {
        let promise = Promise("coupon-owned", "as many are issued as have owners")
        guard let view = look.view, look.unread == 0 else {
            return promise.unseen("the coupon or \(look.unread) lists could not be read")
        }
        let issued = view.issued - terms.issuedBefore
        let owners = look.newOwners(terms)
        let isSound = view.issued + view.remaining == view.quantity
        return promise.judged(
            // Owners who were not looked at can only be among the refused.
            isBroken: owners > issued || (owners < issued && look.skipped == 0) || !isSound,
            isSeen: issued != 0 || owners != 0,
            "\(issued) issued, \(owners) owned, \(view.remaining) remaining"
        )
    }

    private var once: Promise {
        let holders = holders
        let twice = holders.count { $0.value.count > 1 }
        let beyond = holders.keys.count { !(1...max(1, terms.quantity)).contains($0) }
        let title = "no number is given twice, and each is within the quantity"
        return Promise("coupon-number-once", title).judged(
            isBroken: twice + beyond > 0,
            isSeen: !holders.isEmpty,
            "\(twice) given twice, \(beyond) outside, of \(holders.count) numbers"
        )
    }

    private var gapless: Promise {
        let promise = Promise("coupon-no-gaps", "the numbers have no gaps")
        guard let view = look.view, look.unread == 0, look.skipped == 0 else {
            return promise.unseen("not everything could be read")
        }
        let numbers = Set(holders.keys).subtracting(terms.hadBefore.values)
        // As many different numbers as were issued, none above their count: each is there.
        let missing = max(0, view.issued - terms.issuedBefore - numbers.count)
        let beyond = numbers.count { $0 > view.issued }
        // A place that came back in an outage is a gap until the next one claims.
        let mayHaveGap = hadOutage && view.remaining > 0
        return promise.judged(
            isBroken: missing + beyond > 0 && !mayHaveGap,
            isSeen: !numbers.isEmpty,
            "\(missing) missing, \(beyond) beyond the last, \(numbers.count) new numbers"
                + (numbers.max().map { " up to \($0)" } ?? "") + " of \(view.issued) issued"
        )
    }

    private var soldOut: Promise {
        let promise = Promise("sold-out-true", "nobody is told sold out while one is left")
        let told = books.claimants.count { $0.wasSoldOut }
        guard let view = look.view, told > 0 else { return promise.unseen("\(told) were told") }
        // Issued to claims that were sent after the first visitor was told.
        let later = books.issues.count { $0.sentNs > books.soldOutNs ?? .max }
        return promise.judged(
            isBroken: (view.issued < view.quantity || later > 0) && !hadOutage,
            "\(told) were told, \(later) issued to later claims, "
                + "\(view.remaining) left in the end, state \(view.state)"
        )
    }

    private var falling: Promise {
        let grown = Self.growths(books.documents)
        return Promise("remaining-falls", "the public count of what is left never grows").judged(
            isBroken: grown > 0 && !hadOutage,
            isSeen: books.documents.count > 1,
            "grew \(grown) times in \(books.documents.count) documents"
        )
    }

    /// Documents that show more left than one that was received before they were requested.
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

    private var remaining: Promise {
        let seen = books.issues.map(\.remaining).tally
        let twice = seen.values.count { $0 > 1 }
        let beyond = seen.keys.count { !(0..<max(1, terms.quantity)).contains($0) }
        return Promise("remaining-once", "each 201 tells another count of what is left").judged(
            // A place that comes back in an outage is counted down once more.
            isBroken: beyond > 0 || (twice > 0 && !hadOutage),
            isSeen: !books.issues.isEmpty,
            "\(twice) told twice, \(beyond) impossible, of \(books.issues.count)"
        )
    }
}
