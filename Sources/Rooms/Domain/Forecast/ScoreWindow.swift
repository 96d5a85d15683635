/// A forecast as it was told to the visitor with that place in line.
struct ToldForecast: Sendable {
    var sequence: Int64
    var atMs: Int64
    /// As in `WaitModel.Wait`.
    var startS: Double
    var middleS: Double
    var deviationS: Double
    /// The end of the range that was told.
    var highS: Double
    /// Pauses that there had been so far.
    var pausedMs: Int64
}

/// Scores of forecasts of one class of waits, and those that have not come true yet.
///
/// A score is (time moved - start - middle) / deviation. Forecasts count in the order in which they
/// were told: those that come true soon would else count more often than those that do not.
struct ScoreWindow: Sendable {
    private struct Open: Sendable {
        var told: ToldForecast
        /// Nil: not come true.
        var score: Float?
        var isJudged = false
        /// Told under other settings: when it comes true says nothing of the model.
        var isOutdated = false
    }

    /// At about one a second: four minutes.
    private static let scoresMax = 240
    /// Of long waits fewer are kept a second, so that about 64 are open; of those that nobody waits
    /// for any more there may be some.
    private static let openMax = 160
    private static let openAimed = 64.0
    private static let everyMs: Int64 = 1_000
    /// Before anything came true: the quantiles of a normal, those above the middle a third as
    /// far again. A line of which nothing is known yet is told wide.
    private static let first: [Float] = [
        -2.24, -1.78, -1.53, -1.36, -1.21, -1.09, -0.98, -0.89, -0.80, -0.71, -0.64, -0.56, -0.49,
        -0.42,
        -0.35, -0.28, -0.22, -0.16, -0.09, -0.03, 0.04, 0.12, 0.22, 0.30, 0.38, 0.47, 0.57, 0.66,
        0.76, 0.86, 0.96, 1.08, 1.20, 1.32, 1.47, 1.63, 1.84, 2.07, 2.40, 3.02,
    ]
    private static let aim = 0.9
    /// Each forecast that did not hold raises the level by nine tenths of this.
    private static let gain = 0.01
    /// Above 1 the highest score is stretched, by 1 % for each 0.002.
    private static let levels = 0.85...1.2
    private static let stretch = 5.0

    private var scores = first
    private var next = 0
    private var open: [Open] = []
    private var lastMs: Int64 = 0
    /// Whether what is overdue was counted, and may have to be taken out again.
    private var countsOverdue = false
    /// The part of the window that `high` covers.
    private var level = aim
    private(set) var middle: Float = 0
    private(set) var high = first[36]

    func isDue(_ middleS: Double, atMs: Int64) -> Bool {
        open.count < Self.openMax
            && atMs - lastMs >= max(Self.everyMs, Int64(middleS * 1000 / Self.openAimed))
    }

    mutating func keep(_ told: ToldForecast) {
        lastMs = told.atMs
        open.append(Open(told: told))
    }

    mutating func settingsChanged() {
        for index in open.indices { open[index].isOutdated = true }
    }

    mutating func resolve(_ heads: [Int64], _ atMs: Int64, _ pausedMs: Int64) {
        var overdue: [Float] = []
        var isInOrder = true
        var gone = 0
        for index in open.indices {
            let told = open[index].told
            let passedS = Double(atMs - told.atMs) / 1000
            let movedS = passedS - Double(pausedMs - told.pausedMs) / 1000
            let score = Float((movedS - told.startS - told.middleS) / told.deviationS)
            if open[index].score == nil, told.sequence < heads[LineSequence.lane(told.sequence)] {
                open[index].score = score
            }
            let isTrue = open[index].score != nil
            let isOverdue = passedS > told.highS
            if !open[index].isJudged, isTrue || isOverdue {
                judge(isHit: !isOverdue)
                open[index].isJudged = true
            }
            guard isInOrder else { continue }
            if isTrue, overdue.isEmpty {
                if !open[index].isOutdated { add(open[index].score ?? score) }
                gone += 1
            } else if isTrue || isOverdue {
                if !open[index].isOutdated { overdue.append(open[index].score ?? score) }
            } else {
                isInOrder = false
            }
        }
        open.removeFirst(gone)
        guard gone > 0 || !overdue.isEmpty || countsOverdue else { return }
        countsOverdue = !overdue.isEmpty
        measure(scores + overdue)
    }

    private mutating func judge(isHit: Bool) {
        let step = Self.gain * (isHit ? Self.aim - 1 : Self.aim)
        level = min(max(level + step, Self.levels.lowerBound), Self.levels.upperBound)
    }

    private mutating func add(_ score: Float) {
        if scores.count < Self.scoresMax {
            scores.append(score)
        } else {
            scores[next] = score
        }
        next = (next + 1) % Self.scoresMax
    }

    private mutating func measure(_ scores: [Float]) {
        let sorted = scores.sorted()
        middle = sorted[sorted.count / 2]
        high = sorted[min(sorted.count - 1, Int(Double(sorted.count) * level))]
        if level > 1 { high *= Float(1 + (level - 1) * Self.stretch) }
    }
}
