/// Tells visitors of a room how long they will wait, so that half of them wait no longer than `min`
/// and nine of ten no longer than `max`; and learns from what became of it.
///
/// One per room and loop. A value: looks at the room go in, with the room's own time; questions may
/// come in any number, each costs a few dozen multiplications.
struct WaitForecaster: Sendable {
    struct Forecast: Equatable, Sendable {
        /// Nil: nothing moves, or the stock will be sold before.
        var estimate: WaitEstimate?
        var reason: EstimateReason?
    }

    /// What would have been told at an instant.
    private struct Teller: Sendable {
        var model: WaitModel
        var middle: SIMD8<Float>
        var high: SIMD8<Float>

        func range(_ ahead: Int64, _ history: OutflowHistory)
            -> (wait: WaitModel.Wait, low: Double, high: Double)?
        {
            guard let wait = model.wait(ahead: ahead, history) else { return nil }
            let low = wait.middleS + ForecastScores.at(wait.middleS, middle) * wait.deviationS
            let high = wait.middleS + ForecastScores.at(wait.middleS, high) * wait.deviationS
            let most = max(0, min(high, wait.latestS))
            let least = max(0, min(low, most))
            return (
                wait,
                wait.startS + least * (1 + model.pausedPart),
                wait.startS + most + model.pausesS(in: most, part: 0.9)
            )
        }
    }

    private static let tellerEveryMs: Int64 = 1_000
    /// Longer than the longest poll.
    private static let tellersMax = 40
    /// A reason stays for this, or a poll.
    private static let reasonMs: Int64 = 15_000
    /// Of those who came back lately: longer than the longest poll, and so many.
    private static let returnsMs: Int64 = 40_000
    private static let returnsMax = 256
    /// Later by less than this, or by less than this part, is not worse.
    private static let worseS = 3.0
    private static let worsePart = 0.1

    private var history: OutflowHistory
    private var scores = ForecastScores()
    private var teller: Teller
    /// Tellers of the past, one a second while the room moved, the oldest first.
    private var past: [Teller] = []
    private var returns: [(atMs: Int64, sequence: Int64)] = []
    private var pausedMs: Int64 = .min

    init(_ first: RoomOutflow) {
        history = OutflowHistory(first)
        teller = Teller(
            model: WaitModel(history),
            middle: scores.middle,
            high: scores.high
        )
    }

    /// The last look that was learnt from.
    var atMs: Int64 { history.last.atMs }

    /// Learns from a look; four times a second is enough.
    mutating func learn(_ outflow: RoomOutflow, _ line: LineChange) {
        for sequence in line.returned.suffix(Self.returnsMax) {
            returns.append((outflow.atMs, sequence))
        }
        returns.removeAll { $0.atMs < outflow.atMs - Self.returnsMs }
        if returns.count > Self.returnsMax {
            returns.removeFirst(returns.count - Self.returnsMax)
        }
        if !outflow.hasSettings(of: history.last) { scores.settingsChanged() }
        history.learn(
            outflow,
            waiting: line.waiting,
            quits: line.quits,
            returned: line.returned.count
        )
        if outflow.state == .paused { pausedMs = outflow.atMs }
        if let heads = line.heads {
            scores.resolve(heads: heads, atMs: outflow.atMs, pausedMs: history.pausedMs)
        }
        teller = Teller(model: WaitModel(history), middle: scores.middle, high: scores.high)
        guard outflow.isMoving,
            outflow.atMs - (past.last?.model.atMs ?? .min / 2) >= Self.tellerEveryMs
        else { return }
        if past.count == Self.tellersMax { past.removeFirst() }
        past.append(teller)
    }

    /// What to tell whoever has `ahead` in front of them and is asked to come back after `pollMs`.
    mutating func tell(ahead: Int64, sequence: Int64, pollMs: Int64) -> Forecast {
        guard let range = teller.range(ahead, history) else {
            let isPaused = teller.model.outflow.state == .paused
            return Forecast(estimate: nil, reason: isPaused ? .paused : nil)
        }
        if scores.isDue(range.wait.middleS, atMs: teller.model.atMs) {
            scores.keep(
                ToldForecast(
                    sequence: sequence,
                    atMs: teller.model.atMs,
                    startS: range.wait.startS,
                    middleS: range.wait.middleS,
                    deviationS: range.wait.deviationS,
                    highS: range.high,
                    pausedMs: history.pausedMs
                )
            )
        }
        return Forecast(
            estimate: WaitEstimate(p50: range.low, p90: range.high),
            reason: reason(ahead, sequence, pollMs, range.low, range.high)
        )
    }

    /// Compares with what a visitor of that place was told a poll ago; whoever came later was told
    /// when they came.
    private func reason(
        _ ahead: Int64,
        _ sequence: Int64,
        _ pollMs: Int64,
        _ lowS: Double,
        _ highS: Double
    ) -> EstimateReason? {
        let nowMs = teller.model.atMs
        let rest = LineSequence.rest(sequence)
        let cameMs = rest >= LineSequence.clockStart ? rest / 1000 : 0
        let thenMs = max(nowMs - max(Self.reasonMs, pollMs * 11 / 10), cameMs)
        guard let then = past.last(where: { $0.model.atMs <= thenMs }) else { return nil }
        let elapsedS = Double(nowMs - then.model.atMs) / 1000
        let back = returns.reduce(0) {
            $0 + ($1.atMs > then.model.atMs && $1.sequence < sequence ? 1 : 0)
        }
        let admitted = history.last.admittedTotal - then.model.outflow.admittedTotal
        let gone =
            Double(admitted) / history.presence + history.quitsPerS * elapsedS * Double(ahead)
        let before = ahead + Int64(gone)
        func isWorse(than place: Int64, surely: Bool = false) -> Bool {
            guard let told = then.range(place, history) else { return false }
            // More likely than not later than the end of the range that was told.
            if surely, lowS <= told.high - elapsedS { return false }
            let slack = max(Self.worseS, Self.worsePart * told.high)
            // Both ends: a range that only grew wider is not worse.
            return highS - (told.high - elapsedS) > slack
                && lowS - (told.low - elapsedS) > slack / 2
        }
        guard isWorse(than: before - Int64(back)) else { return nil }
        if pausedMs > then.model.atMs { return .paused }
        let (now, was) = (history.last, then.model.outflow)
        if now.capacity ?? .max < was.capacity ?? .max || now.rate ?? .max < was.rate ?? .max {
            return .rateLowered
        }
        if back > 0, !isWorse(than: before) { return .returned }
        // An outflow goes up and down by itself; a range is told because of that.
        return isWorse(than: before - Int64(back), surely: true) ? .slowOutflow : nil
    }
}

extension WaitEstimate {
    /// Seconds, to the nearest whole one: rounding up would make nine of ten more than that.
    init(p50: Double, p90: Double) {
        // A day bounds the answer: beyond it the number says nothing.
        let low = Int64(Swift.min(86_400, p50).rounded())
        self.init(min: low, max: Swift.max(low, Int64(Swift.min(86_400, p90).rounded()), 1))
    }
}

/// What a look at the line told beside the room's outflow.
struct LineChange: Sendable {
    var waiting: Int64
    /// Left the line since the last look without having been at its head.
    var quits: Int64
    /// Came back into the line since then: their sequences.
    var returned: [Int64]
    /// By lane the sequence of its head, `.max` without one; nil: not known.
    var heads: [Int64]?
}
