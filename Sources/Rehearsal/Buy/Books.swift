/// Everything buyers were told of seats and points. A value: deeds go in, checks read it.
struct Books: Sendable {
    /// A visitor got this hold, and the server had not said that they are inside.
    struct OutsideHold: Equatable, Sendable {
        var visitor: Int
        var receivedNs: Int64
        /// The session had ended with a payment, and the server had said so.
        var isAfterPayment: Bool
    }

    let terms: SaleTerms
    private(set) var shoppers: [Shopper]
    private(set) var sales: [Sale] = []
    private(set) var holdings: [Holding] = []
    private(set) var lies = ToldLies()
    /// Refusals by what they said.
    private(set) var refusals: [String: Int] = [:]
    private(set) var outsideHolds: [OutsideHold] = []
    private(set) var untilReceipt = Histogram()
    /// Answers that differ from the first one to their key; answers after the first one.
    private(set) var differentAnswers = 0
    private(set) var repeatedAnswers = 0
    /// How many balances differ from the one that the server told before; how many were compared.
    private(set) var wrongBalances = 0
    private(set) var comparedBalances = 0
    /// Receipts of another hold than the one that was paid, or of another visitor's payment.
    private(set) var wrongReceipts = 0
    private(set) var overLimit = 0
    private(set) var mostSeats = 0
    /// Holds that were called over before their end.
    private(set) var lostHolds = 0
    private(set) var seats: SeatClaims
    private var saleOfPayment: [String: Int] = [:]
    private var holdingOfToken: [String: Int] = [:]

    init(visitors: Int, terms: SaleTerms) {
        self.terms = terms
        shoppers = Array(repeating: Shopper(), count: visitors)
        seats = SeatClaims(count: terms.seats)
    }

    /// Sales that nobody tried to take back.
    var live: [Sale] { sales.filter { $0.cancelSentNs == nil } }

    // MARK: What visitors do

    mutating func admitted(_ visitor: Int, atNs: Int64) {
        guard shoppers[visitor].insideSinceNs == nil else { return }
        shoppers[visitor].insideSinceNs = atNs
        shoppers[visitor].wasInside = true
        shoppers[visitor].hasBought = false
    }

    /// Whether `errand` goes out for the first time, as far as its key tells.
    func isNew(_ errand: Errand, of visitor: Int) -> Bool {
        guard let key = errand.key else { return true }
        return shoppers[visitor].open[key] == nil && shoppers[visitor].answers[key] == nil
    }

    /// An errand goes out: from now on its effect is possible.
    mutating func sent(_ errand: Errand, subject: String, by visitor: Int, atNs: Int64) {
        shoppers[visitor].hasCome = true
        if let key = errand.key, shoppers[visitor].answers[key] == nil {
            switch errand {
            case .charge(let amount, _): shoppers[visitor].open[key] = .charge(amount)
            case .pay: shoppers[visitor].open[key] = .pay(hold: subject)
            case .cancel: shoppers[visitor].open[key] = .cancel(payment: subject)
            default: break
            }
        }
        switch errand {
        case .release: giveBack(subject, atNs: atNs)
        case .cancel:
            guard let index = saleOfPayment[subject] else { return }
            if sales[index].cancelSentNs == nil { sales[index].cancelSentNs = atNs }
            giveBack(sales[index].hold, atNs: atNs)
        default: break
        }
    }

    private mutating func giveBack(_ token: String, atNs: Int64) {
        guard let index = holdingOfToken[token] else { return }
        holdings[index].untilNs = min(holdings[index].untilNs, atNs)
        holdings[index].wasReleased = true
    }

    // MARK: What visitors are told

    mutating func note(_ deed: Deed, clock: ServerClock) {
        if let refusal = deed.reply.refusal { refusals[refusal, default: 0] += 1 }
        if case .lie(let lie) = deed.errand { return note(lie, deed, clock) }
        if deed.errand.key != nil, !deed.reply.isTemporary {
            guard noteAnswer(deed) else { return }
        }
        switch deed.reply {
        case .map(let view):
            seats.note(view, deed, holdings)
        case .held(let held): noteHold(held, deed, clock)
        case .paid(let receipt): noteReceipt(receipt, deed)
        case .cancelled(let payment, _):
            guard let index = saleOfPayment[payment], !sales[index].isCancelled else { return }
            sales[index].isCancelled = true
            shoppers[deed.visitor].refunded += sales[index].amount
        case .balance(let balance):
            if case .charge(let amount, _) = deed.errand {
                shoppers[deed.visitor].charged += amount
            } else if shoppers[deed.visitor].open.isEmpty {
                comparedBalances += 1
                if balance != shoppers[deed.visitor].balance { wrongBalances += 1 }
            }
        case .refused(409, "hold_expired", _): noteLoss(deed)
        default: break
        }
    }

    /// Compares the answer to its key's first one; true if it is the first.
    private mutating func noteAnswer(_ deed: Deed) -> Bool {
        guard let key = deed.errand.key else { return true }
        shoppers[deed.visitor].open[key] = nil
        guard let first = shoppers[deed.visitor].answers[key] else {
            shoppers[deed.visitor].answers[key] = deed.reply
            return true
        }
        repeatedAnswers += 1
        if first != deed.reply { differentAnswers += 1 }
        // A second payment under the key must not be overlooked.
        return first.payment != deed.reply.payment
    }

    private mutating func noteReceipt(_ receipt: ReceiptAnswer, _ deed: Deed) {
        let holding = holdingOfToken[deed.subject]
        let isFitting =
            receipt.hold == deed.subject
            && holding.map { holdings[$0].seats == receipt.seats } ?? true
        if !isFitting { wrongReceipts += 1 }
        if let index = saleOfPayment[receipt.payment] {
            // Two keys may both be told of the one payment.
            if sales[index].visitor != deed.visitor || sales[index].hold != receipt.hold {
                wrongReceipts += 1
            }
            return
        }
        saleOfPayment[receipt.payment] = sales.count
        sales.append(
            Sale(
                visitor: deed.visitor,
                payment: receipt.payment,
                hold: receipt.hold,
                seats: receipt.seats,
                amount: receipt.amount,
                receivedNs: deed.receivedNs
            )
        )
        if let holding {
            holdings[holding].soldNs = deed.receivedNs
            holdings[holding].untilNs = .max
        }
        shoppers[deed.visitor].paid += receipt.amount
        shoppers[deed.visitor].hasBought = true
        if let since = shoppers[deed.visitor].insideSinceNs {
            untilReceipt.record(us: (deed.receivedNs - since) / 1_000)
        }
        // The payment ends the session.
        shoppers[deed.visitor].insideSinceNs = nil
    }

    private mutating func noteHold(_ held: HeldSeats, _ deed: Deed, _ clock: ServerClock) {
        guard holdingOfToken[held.token] == nil else { return }
        let shopper = shoppers[deed.visitor]
        if terms.hasRoom, shopper.insideSinceNs == nil {
            outsideHolds.append(
                OutsideHold(
                    visitor: deed.visitor,
                    receivedNs: deed.receivedNs,
                    isAfterPayment: shopper.hasBought
                )
            )
        }
        let others = shopper.holdings.filter {
            holdings[$0].covers(deed.sentNs, deed.receivedNs)
        }
        let total = others.reduce(held.seats.count) { $0 + holdings[$1].seats.count }
        mostSeats = max(mostSeats, total)
        if total > terms.limit { overLimit += 1 }
        let index = holdings.count
        holdings.append(
            Holding(
                visitor: deed.visitor,
                token: held.token,
                seats: held.seats.sorted(),
                sinceNs: deed.receivedNs,
                untilNs: clock.earliestNs(held.expiresAtMs) ?? deed.receivedNs
            )
        )
        holdingOfToken[held.token] = index
        shoppers[deed.visitor].holdings.append(index)
        seats.claim(index, held.seats, deed, holdings)
    }

    private mutating func noteLoss(_ deed: Deed) {
        guard case .pay = deed.errand, let index = holdingOfToken[deed.subject] else { return }
        let holding = holdings[index]
        guard holding.soldNs == nil, !holding.wasReleased else { return }
        // Another key of the same hold may be what it was lost to.
        let isOpen = shoppers[deed.visitor].open.values.contains { $0 == .pay(hold: deed.subject) }
        if holding.covers(deed.sentNs, deed.receivedNs), !isOpen { lostHolds += 1 }
        holdings[index].untilNs = min(holding.untilNs, deed.sentNs)
    }

    private mutating func note(_ lie: ShopLie, _ deed: Deed, _ clock: ServerClock) {
        guard !deed.reply.isTemporary else { return }
        switch deed.reply {
        case .taken: lies.refusedOne()
        case .refused(400..<500, let code, _) where lie.code ?? code == code: lies.refusedOne()
        case .refused(let status, let code, _):
            lies.wentWrong("\(lie.rawValue): \(status) \(code)")
        case .held(let held) where lie == .holdEarly:
            // Perhaps the visitor was being let in; `outsideHolds` is judged at the end.
            lies.refusedOne()
            noteHold(held, deed, clock)
        default: lies.wentWrong("\(lie.rawValue): granted")
        }
    }
}
