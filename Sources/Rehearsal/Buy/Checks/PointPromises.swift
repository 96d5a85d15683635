/// Promises about points and payments.
enum PointPromises {
    static func check(_ books: Books, _ last: FinalLook) -> [Promise] {
        [
            balances(books, last), seatsForPoints(books, last), listed(books, last),
            refusals(books), oneKey(books), oneHold(books),
        ]
    }

    /// Charges without an outcome whose every combination is tried.
    private static let openChargesMax = 8

    /// What the balance may be: with every combination of charges whose outcome nobody knows.
    static func balances(of shopper: Shopper, _ payments: [ListedPayment]) -> Set<Int> {
        let spent = payments.reduce(0) { $0 + ($1.isCancelled ? 0 : $1.amount) }
        let open = shopper.open.values.compactMap { open -> Int? in
            guard case .charge(let amount) = open else { return nil }
            return amount
        }
        var balances: Set<Int> = [shopper.charged - spent]
        for amount in open.prefix(openChargesMax) {
            balances.formUnion(balances.map { $0 + amount })
        }
        return balances
    }

    private static func balances(_ books: Books, _ last: FinalLook) -> Promise {
        var (wrong, read, open) = (0, 0, 0)
        var (charged, spent, told) = (0, 0, 0)
        for (visitor, account) in last.accounts {
            guard let balance = account.balance, let payments = account.payments else { continue }
            let shopper = books.shoppers[visitor]
            read += 1
            open += shopper.open.count
            charged += shopper.charged
            spent += payments.reduce(0) { $0 + ($1.isCancelled ? 0 : $1.amount) }
            told += balance
            if !balances(of: shopper, payments).contains(balance) { wrong += 1 }
        }
        // Nobody's account is wrong and the sum is: cannot be, unless an outcome is open.
        let isSumWrong = open == 0 && charged - spent != told
        let missing = last.accounts.count - read
        return Promise(
            code: "points",
            title: "points add up for everybody",
            verdict: wrong > 0 || isSumWrong ? .broken : read == 0 || missing > 0 ? .notSeen : .ok,
            figures: "\(charged) charged - \(spent) paid and kept = \(told) told, "
                + "\(wrong) wrong of \(read) accounts"
                + (missing > 0 ? ", \(missing) not read" : "")
                + (open > 0 ? ", \(open) outcomes open" : "")
        )
    }

    private static func seatsForPoints(_ books: Books, _ last: FinalLook) -> Promise {
        let title = "nobody paid without getting seats"
        guard let view = last.view else {
            return .unseen("paid-seats", title, "the map could not be read")
        }
        let payments = last.accounts.values.flatMap { $0.payments ?? [] }.filter {
            !$0.isCancelled && $0.performance == books.terms.performance
        }
        let empty = payments.count { payment in
            payment.seats.isEmpty || payment.amount != payment.seats.count * view.price
                || payment.seats.contains {
                    !view.states.indices.contains($0 - 1) || view.states[$0 - 1] != .sold
                }
        }
        return Promise(
            code: "paid-seats",
            title: title,
            verdict: empty > 0 ? .broken : payments.isEmpty ? .notSeen : .ok,
            figures: "\(empty) of \(payments.count) payments"
        )
    }

    /// Receipts and lists tell the same.
    private static func listed(_ books: Books, _ last: FinalLook) -> Promise {
        var wrong = books.wrongReceipts
        var known: Set<String> = []
        for sale in books.sales {
            known.insert(sale.payment)
            guard let payments = last.accounts[sale.visitor]?.payments else { continue }
            guard let listed = payments.first(where: { $0.payment == sale.payment }),
                listed.seats == sale.seats, listed.amount == sale.amount
            else {
                wrong += 1
                continue
            }
            // An attempt without an answer may or may not have cancelled it.
            let isOpen = sale.cancelSentNs != nil && !sale.isCancelled
            if !isOpen, listed.isCancelled != sale.isCancelled { wrong += 1 }
        }
        var unknown = 0
        for (visitor, account) in last.accounts {
            for payment in account.payments ?? []
            where payment.performance == books.terms.performance
                && !known.contains(payment.payment)
            {
                let isOpen = books.shoppers[visitor].open.values.contains {
                    guard case .pay(let hold) = $0 else { return false }
                    return payment.hold.isEmpty || payment.hold == hold
                }
                if !isOpen { unknown += 1 }
            }
        }
        return Promise(
            code: "receipts-listed",
            title: "receipts and lists of payments tell the same",
            verdict: wrong + unknown > 0 ? .broken : books.sales.isEmpty ? .notSeen : .ok,
            figures: "\(wrong) wrong of \(books.sales.count) receipts, "
                + "\(unknown) payments nobody was told of"
        )
    }

    private static func refusals(_ books: Books) -> Promise {
        Promise(
            code: "refusals-change-nothing",
            title: "a refusal changes no balance",
            verdict: books.wrongBalances > 0
                ? .broken : books.comparedBalances == 0 ? .notSeen : .ok,
            figures: "\(books.wrongBalances) wrong of \(books.comparedBalances) balances read "
                + "after a refusal"
        )
    }

    private static func oneKey(_ books: Books) -> Promise {
        Promise(
            code: "one-key",
            title: "one key has one answer",
            verdict: books.differentAnswers > 0
                ? .broken : books.repeatedAnswers == 0 ? .notSeen : .ok,
            figures: "\(books.differentAnswers) different of \(books.repeatedAnswers) repeated"
        )
    }

    private static func oneHold(_ books: Books) -> Promise {
        var payments: [String: Int] = [:]
        for sale in books.sales { payments[sale.hold, default: 0] += 1 }
        let twice = payments.values.count { $0 > 1 }
        return Promise(
            code: "one-payment",
            title: "one hold has one payment, whatever the keys",
            verdict: twice > 0 ? .broken : payments.isEmpty ? .notSeen : .ok,
            figures: "\(twice) paid twice of \(payments.count)"
        )
    }
}
