/// A claim that must be refused.
enum ClaimLie: String, CaseIterable, Sendable {
    case unknownCoupon = "a coupon that is not there"
    case nobody = "a claim of nobody"

    var refusal: (status: Int, code: String) {
        switch self {
        case .unknownCoupon: (404, "not_found")
        case .nobody: (401, "unauthenticated")
        }
    }
}

/// What one visitor will do about the coupon, drawn from the seed before the rehearsal starts.
struct ClaimPlan: Equatable, Sendable {
    private static let copiesOfDuplicate = 2...5
    /// A visitor who hangs up does so this soon.
    private static let hangUpMs = 1...30
    private static let returnMs = 100...1_000

    var arriveMs: Int
    var copies = 1
    /// Breaks the connection this long after the claim was sent, then claims again.
    var hangUpMs: Int?
    /// Claims once more this long after the first outcome.
    var returnMs: Int?
    var lie: ClaimLie?
    /// Seeds the visitor's own numbers.
    var jitterSeed: UInt64 = 0

    /// The plan of visitor `index`: a pure function of its arguments.
    static func make(index: Int, options: RehearsalOptions) -> ClaimPlan {
        let claims = options.claims
        var random = SeededRandom(seed: options.seed, index: index)
        var plan = ClaimPlan(arriveMs: Int(random.unit() * claims.withinSeconds * 1_000))
        plan.jitterSeed = random.next()
        // Always drawn, so that turning one character off leaves the others as they were.
        let copies = Int.random(in: copiesOfDuplicate, using: &random)
        if random.chance(claims.duplicates) { plan.copies = copies }
        let hangUp = Int.random(in: hangUpMs, using: &random)
        if random.chance(claims.impatient) { plan.hangUpMs = hangUp }
        let back = Int.random(in: returnMs, using: &random)
        if random.chance(claims.returners) { plan.returnMs = back }
        let lie = random.pick(ClaimLie.allCases)
        if random.chance(options.liars) { plan.lie = lie }
        return plan
    }
}
