/// Promises about who may buy, and what must be refused.
struct DoorPromises {
    let books: Books
    let records: [VisitorRecord]
    let hadOutage: Bool

    var all: [Promise] {
        [
            admitted,
            books.lies.promise("shop-lies-refused", "the shop refuses what nobody may have"),
        ]
    }

    private var admitted: Promise {
        let promise = Promise("admitted-first", "nobody holds or buys without being admitted")
        guard books.terms.hasRoom else { return promise.unseen("the performance has no room") }
        let early = books.outsideHolds.count { hold in
            if hold.isAfterPayment { return !hadOutage }
            // Was told `waiting` after the hold was granted: was not inside before.
            return records[hold.visitor].waitingSentNs.map { $0 >= hold.receivedNs } ?? false
        }
        let uninvited = books.sales.count { !books.shoppers[$0.visitor].wasInside }
        return promise.judged(
            isBroken: early + uninvited > 0,
            isSeen: !books.holdings.isEmpty,
            "\(early) of \(books.holdings.count) holds, "
                + "\(uninvited) of \(books.sales.count) receipts"
        )
    }
}
