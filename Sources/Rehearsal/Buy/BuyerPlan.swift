/// What one visitor will do once inside, drawn from the seed before the rehearsal starts.
struct BuyerPlan: Equatable, Sendable {
    enum Funds: Sendable { case enough, oneShort, none }
    /// What becomes of the first hold.
    enum Ending: Sendable {
        case pays, releases
        /// Never heard of again.
        case vanishes
        /// Pays after the hold's end; if that is too far away, vanishes.
        case paysLate
    }
    enum Payment: Sendable {
        case once, twiceAtOnce, twoKeysAtOnce, twoKeysInTurn
        /// Charges one point more in the same instant: neither may be lost.
        case withCharge
    }
    enum Cancel: Sendable { case never, once, twiceOneKey, twiceTwoKeys }

    /// How many at the contract's default limit.
    static let seatsMaxDefault = 4
    /// A visitor who hangs up does so this soon.
    private static let hangUpMs = 1...30

    var seats = 1
    /// Names its seats from the last to the first.
    var isDescending = false
    var funds = Funds.enough
    /// Before the choice, and between the hold and the payment.
    var lookMs = 0
    var payMs = 0
    var ending = Ending.pays
    var payment = Payment.once
    var cancel = Cancel.never
    var buysAgain = false
    /// Breaks the connection this long after the payment was sent, then asks again with its key.
    var hangUpMs: Int?
    var lie: ShopLie?

    /// The plan of buyer `index`: a pure function of its arguments.
    static func make(index: Int, options: RehearsalOptions) -> BuyerPlan {
        let shares = options.shares
        // Another stream than the visitor's: who queues how does not change with these shares.
        var random = SeededRandom(seed: ~options.seed, index: index)
        var plan = BuyerPlan()
        plan.seats = Int.random(in: 1...(options.maxSeats ?? seatsMaxDefault), using: &random)
        plan.isDescending = random.chance(0.5)
        plan.lookMs = Int(random.unit() * options.staySeconds * 1_000)
        plan.payMs = Int(random.unit() * options.staySeconds * 1_000)
        // Always drawn, so that turning one character off leaves the others as they were.
        let isBroke = random.chance(0.5)
        if random.chance(shares.poor) { plan.funds = isBroke ? .none : .oneShort }
        let isLate = random.chance(0.5)
        let abandons = random.chance(shares.abandon)
        let releases = random.chance(shares.release)
        plan.ending = abandons ? (isLate ? .paysLate : .vanishes) : releases ? .releases : .pays
        let inTurn = random.chance(0.5)
        let payments: [(Double, Payment)] = [
            (shares.payTwice, .twiceAtOnce),
            (shares.twoKeys, inTurn ? .twoKeysInTurn : .twoKeysAtOnce),
            (shares.chargeAlong, .withCharge),
        ]
        plan.payment = payments.filter { random.chance($0.0) }.first?.1 ?? .once
        let cancel = random.pick([Cancel.once, .once, .twiceOneKey, .twiceTwoKeys])
        if random.chance(shares.cancel) { plan.cancel = cancel }
        plan.buysAgain = random.chance(0.5) && plan.cancel != .never
        let hangUp = Int.random(in: hangUpMs, using: &random)
        if random.chance(shares.hangUp) { plan.hangUpMs = hangUp }
        let lie = random.pick(ShopLie.allCases)
        if random.chance(shares.cheats) { plan.lie = lie }
        return plan
    }
}
