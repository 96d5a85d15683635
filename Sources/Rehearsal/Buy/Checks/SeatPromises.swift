/// Promises about seats: to whom they were sold, what the map shows in the end.
enum SeatPromises {
    static func check(_ books: Books, _ last: FinalLook, hadOutage: Bool) -> [Promise] {
        [
            once(books), kept(books, last), counted(books, last), shown(books, hadOutage),
            lasting(books, hadOutage), limited(books),
        ]
    }

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

    private static func once(_ books: Books) -> Promise {
        let twice = soldTwice(books.sales)
        let held = books.seats.heldTwice
        let seats = books.sales.reduce(0) { $0 + $1.seats.count }
        return Promise(
            code: "seat-once",
            title: "no seat is sold or held twice",
            verdict: twice + held > 0 ? .broken : books.holdings.isEmpty ? .notSeen : .ok,
            figures: "\(twice) sold twice of \(seats) in \(books.sales.count) receipts, "
                + "\(held) held twice in \(books.holdings.count) holds"
        )
    }

    private static func kept(_ books: Books, _ last: FinalLook) -> Promise {
        let title = "every receipt's seats are sold in the end"
        guard let view = last.view else {
            return Promise.unseen("receipts-kept", title, "the map could not be read")
        }
        let seats = books.live.flatMap(\.seats)
        let lost = seats.count { seat in
            !view.states.indices.contains(seat - 1) || view.states[seat - 1] != .sold
        }
        return Promise(
            code: "receipts-kept",
            title: title,
            verdict: lost > 0 ? .broken : seats.isEmpty ? .notSeen : .ok,
            figures: "\(lost) lost of \(seats.count)"
        )
    }

    private static func counted(_ books: Books, _ last: FinalLook) -> Promise {
        let title = "as many seats are sold as have owners"
        guard let view = last.view, last.accounts.values.allSatisfy({ $0.payments != nil }) else {
            return Promise.unseen("seats-owned", title, "the map or an account could not be read")
        }
        let owned = last.ownedSeats(of: books.terms.performance)
        let sold = view.sold - books.terms.soldBefore
        return Promise(
            code: "seats-owned",
            title: title,
            verdict: sold != owned ? .broken : books.sales.isEmpty ? .notSeen : .ok,
            figures: "\(sold) sold, \(owned) owned, \(view.states.count) seats"
                + (books.terms.soldBefore > 0 ? ", \(books.terms.soldBefore) sold before" : "")
        )
    }

    private static func shown(_ books: Books, _ hadOutage: Bool) -> Promise {
        let seats = books.seats
        let longest = Figures.duration(us: seats.soldShownWrongMaxNs / 1_000)
        let sold =
            seats.soldShownWrong == 0
            ? "" : " (\(seats.soldShownWrong) sold, up to \(longest) after the receipt)"
        return Promise(
            code: "map-true",
            title: "the map shows what is held and sold",
            verdict: seats.shownWrong > 0 && !hadOutage
                ? .broken : seats.compared == 0 ? .notSeen : .ok,
            figures: "\(seats.shownWrong) shown wrong\(sold) of \(seats.compared) held or sold "
                + "seats in \(seats.maps) maps"
        )
    }

    private static func lasting(_ books: Books, _ hadOutage: Bool) -> Promise {
        // Redis may lose holds when it is lost; it must not without that.
        Promise(
            code: "holds-last",
            title: "a hold lasts as long as was said",
            verdict: books.lostHolds > 0 && !hadOutage
                ? .broken : books.holdings.isEmpty ? .notSeen : .ok,
            figures: "\(books.lostHolds) of \(books.holdings.count) holds were over too early"
        )
    }

    private static func limited(_ books: Books) -> Promise {
        Promise(
            code: "seat-limit",
            title: "nobody has more seats than the limit",
            verdict: books.overLimit > 0 ? .broken : books.holdings.isEmpty ? .notSeen : .ok,
            figures: "most held and bought by one \(books.mostSeats) of \(books.terms.limit)"
        )
    }
}
