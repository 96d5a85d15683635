/// Promises about seats: to whom they were sold, what the map shows in the end.
struct SeatPromises {
    let books: Books
    let last: FinalLook
    let hadOutage: Bool

    var all: [Promise] { [once, kept, counted, shown, lasting, limited] }

    /// Seats that two sales certainly had at one time: each from its receipt to the first attempt
    /// to cancel it.
    static func soldTwice(_ sales: [Sale]) -> Int {
        var spans: [Int: [Span]] = [:]
        for sale in sales {
            let span = Span(startNs: sale.receivedNs, endNs: sale.cancelSentNs ?? .max)
            for seat in sale.seats { spans[seat, default: []].append(span) }
        }
        return spans.values.count { CapacityCheck.mostAtOnce($0) > 1 }
    }

    private var once: Promise {
        let twice = Self.soldTwice(books.sales)
        let held = books.seats.heldTwice
        let seats = books.sales.reduce(0) { $0 + $1.seats.count }
        return Promise("seat-once", "no seat is sold or held twice").judged(
            // A hold may be lost with Redis; then its seats may be held for another.
            isBroken: twice > 0 || held > 0 && !hadOutage,
            isSeen: !books.holdings.isEmpty,
            "\(twice) sold twice of \(seats) in \(books.sales.count) receipts, "
                + "\(held) held twice in \(books.holdings.count) holds"
        )
    }

    private var kept: Promise {
        let promise = Promise("receipts-kept", "every receipt's seats are sold in the end")
        guard let view = last.view else { return promise.unseen("the map could not be read") }
        let seats = books.live.flatMap(\.seats)
        let lost = seats.count { !view.isSold($0) }
        return promise.judged(
            isBroken: lost > 0,
            isSeen: !seats.isEmpty,
            "\(lost) lost of \(seats.count)"
        )
    }

    private var counted: Promise {
        let promise = Promise("seats-owned", "as many seats are sold as have owners")
        guard let view = last.view, last.accounts.values.allSatisfy({ $0.payments != nil }) else {
            return promise.unseen("the map or an account could not be read")
        }
        let before = books.terms.soldBefore
        let owned = last.ownedSeats(of: books.terms.performance)
        return promise.judged(
            isBroken: view.sold - before != owned,
            isSeen: !books.sales.isEmpty,
            "\(view.sold - before) sold, \(owned) owned, \(view.states.count) seats"
                + (before > 0 ? ", \(before) sold before" : "")
        )
    }

    private var shown: Promise {
        let seats = books.seats
        let longest = Figures.duration(ns: seats.soldShownWrongMaxNs)
        let sold =
            seats.soldShownWrong == 0
            ? "" : " (\(seats.soldShownWrong) sold, up to \(longest) after the receipt)"
        return Promise("map-true", "the map shows what is held and sold").judged(
            isBroken: seats.shownWrong > 0 && !hadOutage,
            isSeen: seats.compared > 0,
            "\(seats.shownWrong) shown wrong\(sold) of \(seats.compared) held or sold "
                + "seats in \(seats.maps) maps"
        )
    }

    private var lasting: Promise {
        // Redis may lose holds when it is lost; it must not without that.
        Promise("holds-last", "a hold lasts as long as was said").judged(
            isBroken: books.lostHolds > 0 && !hadOutage,
            isSeen: !books.holdings.isEmpty,
            "\(books.lostHolds) of \(books.holdings.count) holds were over too early"
        )
    }

    private var limited: Promise {
        Promise("seat-limit", "nobody has more seats than the limit").judged(
            isBroken: books.overLimit > 0,
            isSeen: !books.holdings.isEmpty,
            "most held and bought by one \(books.mostSeats) of \(books.terms.limit)"
        )
    }
}
