/// Promises about points and payments.
struct PointPromises {
    let books: Books
    let last: FinalLook

    var all: [Promise] { [balances, seatsForPoints, listed, refusals, oneKey, oneHold] }

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

    private var balances: Promise {
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
            if !Self.balances(of: shopper, payments).contains(balance) { wrong += 1 }
        }
        // Nobody's account is wrong and the sum is: cannot be, unless an outcome is open.
        let isSumWrong = open == 0 && charged - spent != told
        let missing = last.accounts.count - read
        return Promise("points", "points add up for everybody").judged(
            isBroken: wrong > 0 || isSumWrong,
            isSeen: read > 0 && missing == 0,
            "\(charged) charged - \(spent) paid and kept = \(told) told, "
                + "\(wrong) wrong of \(read) accounts"
                + (missing > 0 ? ", \(missing) not read" : "")
                + (open > 0 ? ", \(open) outcomes open" : "")
        )
    }

    private var seatsForPoints: Promise {
        let promise = Promise("paid-seats", "nobody paid without getting seats")
        guard let view = last.view else { return promise.unseen("the map could not be read") }
        let payments = last.accounts.values.flatMap { $0.payments ?? [] }.filter {
            !$0.isCancelled && $0.performance == books.terms.performance
        }
        let empty = payments.count { payment in
            payment.seats.isEmpty || payment.amount != payment.seats.count * view.price
                || !payment.seats.allSatisfy(view.isSold)
        }
        return promise.judged(
            isBroken: empty > 0,
            isSeen: !payments.isEmpty,
            "\(empty) of \(payments.count) payments"
        )
    }

    private var listed: Promise {
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
        return Promise("receipts-listed", "receipts and lists of payments tell the same").judged(
            isBroken: wrong + unknown > 0,
            isSeen: !books.sales.isEmpty,
            "\(wrong) wrong of \(books.sales.count) receipts, "
                + "\(unknown) payments nobody was told of"
        )
    }

    private var refusals: Promise {
        Promise("refusals-change-nothing", "a refusal changes no balance").judged(
            isBroken: books.wrongBalances > 0,
            isSeen: books.comparedBalances > 0,
            "\(books.wrongBalances) wrong of \(books.comparedBalances) balances read "
                + "after a refusal"
        )
    }

    private var oneKey: Promise {
        Promise("one-key", "one key has one answer").judged(
            isBroken: books.differentAnswers > 0,
            isSeen: books.repeatedAnswers > 0,
            "\(books.differentAnswers) different of \(books.repeatedAnswers) repeated"
        )
    }

    private var oneHold: Promise {
        let payments = books.sales.map(\.hold).tally
        let twice = payments.values.count { $0 > 1 }
        return Promise("one-payment", "one hold has one payment, whatever the keys").judged(
            isBroken: twice > 0,
            isSeen: !payments.isEmpty,
            "\(twice) paid twice of \(payments.count)"
        )
    }
}
