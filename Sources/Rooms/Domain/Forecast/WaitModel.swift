import Foundation

/// What a room's outflow lets one expect, worked out at one instant: how long until whoever has so
/// many ahead is admitted.
///
/// What settings and clock decide is counted, what people decide is measured:
///
/// - The rate. Admission number N is 60 s after number N - rate at the earliest, so the next
///   admissions come when those of the last 60 s grow old, and so on every 60 s.
/// - The places. The first enter those that are free; for each further one a session must end.
///   Each second a part h of the sessions ends (measured), so k ends take k / (places x h).
/// - Absent ones are passed over: of those ahead only the measured part takes an admission.
/// - Leavers. If each waiting visitor leaves in a second with chance m, a wait of T becomes
///   ln(1 + m T) / m: dn/dt = -speed - m n.
///
/// How far off that is, is measured too (`ForecastScores`): in deviations as a Poisson process of a
/// rate known from so many ends would have them.
struct WaitModel: Sendable {
    struct Wait: Sendable, Equatable {
        /// Seconds from the instant of the model to the start of admissions.
        var startS: Double
        /// Seconds from there.
        var middleS: Double
        var deviationS: Double
        /// The latest that settings allow, if everybody uses what a session may last.
        var latestS: Double
    }

    let atMs: Int64
    let outflow: RoomOutflow
    private let endsPerS: Double
    private let ends: Double
    private let presence: Double
    private let quitsPerS: Double
    private let entrantsLeft: Double?
    private let pausesPerS: Double
    private let pauseS: Double
    let pausedPart: Double

    private static let windowS = 60.0
    /// What nothing above explains: of the wait, and in seconds.
    private static let unexplained = 0.05
    private static let unexplainedS = 0.3

    init(_ history: OutflowHistory) {
        outflow = history.last
        atMs = outflow.atMs
        endsPerS = history.sessionsEndPerS
        ends = history.ends
        presence = history.presence
        quitsPerS = history.quitsPerS
        entrantsLeft = history.entrantsLeft
        pausesPerS = history.pausesPerS
        pauseS = history.pauseS
        pausedPart = history.pausedPart
    }

    /// Seconds of the pauses in a wait of `seconds`, not exceeded with chance `part`: pauses come
    /// as a Poisson process.
    func pausesS(in seconds: Double, part: Double) -> Double {
        let mean = min(50, pausesPerS * seconds)
        var (count, chance) = (0.0, exp(-mean))
        var sum = chance
        while sum < part, count < 100 {
            count += 1
            chance *= mean / count
            sum += chance
        }
        return count * pauseS
    }

    /// The wait of whoever has `ahead` in front, as of this model's instant. Nil: nothing moves, or
    /// the stock will be sold before.
    func wait(ahead: Int64, _ history: OutflowHistory) -> Wait? {
        guard outflow.isMoving, outflow.places ?? 1 > 0, outflow.rate ?? 1 > 0 else { return nil }
        let startS = Double(max(0, outflow.startMs - atMs)) / 1000
        let ahead = Double(max(0, ahead))
        var admissions = 1 + presence * ahead
        if quitsPerS > 0, ahead > 0 {
            let loss = quitsPerS * (startS + longer(admissions, startS, history))
            if loss > 0.001 { admissions = 1 + presence * ahead * log1p(loss) / loss }
        }
        if let entrantsLeft, admissions > entrantsLeft { return nil }
        let byRate = rateS(admissions, startS, history)
        let (byPlaces, ends) = placesS(admissions)
        let middle = max(byRate, byPlaces)
        // Whether those ahead are there is chance either way.
        let absent = (1 - presence) / max(1, presence * ahead)
        var variance = Self.unexplained * Self.unexplained
        if byPlaces > byRate, ends > 0 { variance += absent + 1 / ends + 1 / (self.ends + 1) }
        return Wait(
            startS: startS,
            middleS: middle,
            deviationS: middle * variance.squareRoot() + Self.unexplainedS,
            latestS: max(middle, latestS(admissions, byRate))
        )
    }

    private func longer(_ admissions: Double, _ startS: Double, _ history: OutflowHistory)
        -> Double
    {
        max(rateS(admissions, startS, history), placesS(admissions).seconds)
    }

    /// When the rate lets that many in, seconds from the start.
    private func rateS(_ admissions: Double, _ startS: Double, _ history: OutflowHistory) -> Double
    {
        guard let rate = outflow.rate else { return 0 }
        let number = Int64(admissions.rounded(.up))
        let turns = (number - 1) / rate
        let before = outflow.admittedTotal + (number - 1) % rate + 1 - rate
        var seconds = Double(turns) * Self.windowS
        if before <= outflow.admittedTotal, let oldMs = history.admittedAtMs(before) {
            let freeS = Double(oldMs - atMs) / 1000 + Self.windowS
            seconds += max(0, freeS - startS)
        }
        return seconds
    }

    /// When the places let that many in, seconds from the start, and how many sessions end for it.
    private func placesS(_ admissions: Double) -> (seconds: Double, ends: Double) {
        guard let limit = outflow.places else { return (0, 0) }
        let (places, inside) = (Double(limit), Double(outflow.inside))
        let ends = admissions - (places - inside)
        guard ends > 0 else { return (0, 0) }
        guard inside > places else { return (ends / (places * endsPerS), ends) }
        // Lowered: until then each end frees nothing.
        return (log(inside / places) / endsPerS + admissions / (places * endsPerS), ends)
    }

    private func latestS(_ admissions: Double, _ byRate: Double) -> Double {
        guard let places = outflow.places else { return .infinity }
        let turns = ((admissions - Double(places - outflow.inside)) / Double(places)).rounded(.up)
        return byRate + max(0, turns) * Double(outflow.sessionMs) / 1000
    }
}
