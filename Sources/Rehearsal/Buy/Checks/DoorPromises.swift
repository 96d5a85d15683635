/// Promises about who may buy, and what must be refused.
enum DoorPromises {
    static func check(_ books: Books, _ records: [VisitorRecord], hadOutage: Bool) -> [Promise] {
        [admitted(books, records, hadOutage), lies(books)]
    }

    private static func admitted(
        _ books: Books,
        _ records: [VisitorRecord],
        _ hadOutage: Bool
    ) -> Promise {
        let title = "nobody holds or buys without being admitted"
        guard books.terms.hasRoom else {
            return .unseen("admitted-first", title, "the performance has no room")
        }
        let early = books.outsideHolds.count { hold in
            if hold.isAfterPayment { return !hadOutage }
            // Asked after the hold was known, and still in line: was not inside before.
            return records[hold.visitor].waitingSentNs.map { $0 >= hold.receivedNs } ?? false
        }
        let uninvited = books.sales.count { !books.shoppers[$0.visitor].wasInside }
        return Promise(
            code: "admitted-first",
            title: title,
            verdict: early + uninvited > 0 ? .broken : books.holdings.isEmpty ? .notSeen : .ok,
            figures: "\(early) of \(books.holdings.count) holds, "
                + "\(uninvited) of \(books.sales.count) receipts"
        )
    }

    private static func lies(_ books: Books) -> Promise {
        books.lies.promise("shop-lies-refused", "the shop refuses what nobody may have")
    }
}
