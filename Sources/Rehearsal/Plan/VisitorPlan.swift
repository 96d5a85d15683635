import Glibc

/// What one visitor will do, drawn from the seed before the rehearsal starts.
struct VisitorPlan: Equatable, Sendable {
    enum Leaving: Equatable, Sendable { case never, saying, vanishing }
    /// A ticket that is not this visitor's own.
    enum Lie: Equatable, Sendable, CaseIterable { case forged, garbled, foreign, otherRoom }

    /// Staying longer than this many means is cut off.
    static let stayMeansMax = 5.0

    var arriveMs: Int32
    var stayMs: Int32
    var leaving = Leaving.never
    /// The `waiting` answers after which a leaver leaves.
    var leaveAfter: UInt8 = 0
    /// The `waiting` answers after which a sleeper stops polling; 0 is not a sleeper.
    var sleepAfter: UInt8 = 0
    /// How long a sleeper sleeps, in poll intervals.
    var sleepIntervals: UInt8 = 0
    var isDoubleClicker = false
    var lie: Lie?
    var isWatcher = false

    /// The plan of visitor `index`: a pure function of its arguments.
    static func make(index: Int, options: RehearsalOptions) -> VisitorPlan {
        var random = SeededRandom(seed: options.seed, index: index)
        let arriveMs = random.unit() * options.arriveSeconds * 1_000
        let stay = min(-log(1 - random.unit()), stayMeansMax) * options.staySeconds * 1_000
        var plan = VisitorPlan(arriveMs: Int32(arriveMs), stayMs: Int32(min(stay, 2e9)))
        if random.chance(options.leavers) {
            plan.leaving = random.chance(0.5) ? .saying : .vanishing
        }
        // Always drawn, so that turning one character off leaves the others as they were.
        let leaveAfter = UInt8.random(in: 1...4, using: &random)
        if plan.leaving != .never { plan.leaveAfter = leaveAfter }
        let sleepAfter = UInt8.random(in: 1...3, using: &random)
        let intervals = UInt8.random(in: 3...8, using: &random)
        if random.chance(options.sleepers) {
            plan.sleepAfter = sleepAfter
            plan.sleepIntervals = intervals
        }
        plan.isDoubleClicker = random.chance(options.doubleClickers)
        let lie = random.pick(Lie.allCases)
        if random.chance(options.liars) { plan.lie = lie }
        plan.isWatcher = index < options.watchers
        return plan
    }
}
