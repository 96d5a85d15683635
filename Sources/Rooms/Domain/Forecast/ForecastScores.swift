import Foundation

/// What became of forecasts: how many deviations later than the middle they came true, apart for
/// short waits and long ones. The next ones are told as wide as the last ones would have had to be.
///
/// That is conformal prediction (Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World,
/// 2005) with a sliding window: whatever the process is, as long as it goes on like that, nine of
/// ten of the past are nine of ten of what comes. It does not go on like that for ever, so the
/// share that is covered is itself steered (Gibbs, Candès: Adaptive Conformal Inference, 2021):
/// each forecast that was too short raises it, each that held lowers it a ninth as much.
struct ForecastScores: Sendable {
    /// By class of waits, the middles of which are 1, 4, 16, 64, 256, 1024 s.
    private var windows = [ScoreWindow](repeating: ScoreWindow(), count: classes)
    /// By class: the score that half of the last ones had at most, and nine of ten.
    private(set) var middle: SIMD8<Float>
    private(set) var high: SIMD8<Float>

    private static let classes = 6

    init() {
        middle = SIMD8(repeating: windows[0].middle)
        high = SIMD8(repeating: windows[0].high)
    }

    /// What `scores`, by class, say of a wait: between the middles of two classes in between, so
    /// that nobody's range jumps on the way to the head.
    static func at(_ middleS: Double, _ scores: SIMD8<Float>) -> Double {
        let place = min(max(0, log2(middleS) / 2), Double(classes - 1))
        let low = min(Int(place), classes - 2)
        let part = place - Double(low)
        return Double(scores[low]) * (1 - part) + Double(scores[low + 1]) * part
    }

    /// The class with the nearest middle.
    private static func index(_ middleS: Double) -> Int {
        switch middleS {
        case ..<2: 0
        case ..<8: 1
        case ..<32: 2
        case ..<128: 3
        case ..<512: 4
        default: 5
        }
    }

    /// Whether a forecast of that wait should be kept, to learn from it.
    func isDue(_ middleS: Double, atMs: Int64) -> Bool {
        windows[Self.index(middleS)].isDue(middleS, atMs: atMs)
    }

    mutating func keep(_ told: ToldForecast) {
        windows[Self.index(told.middleS)].keep(told)
    }

    /// What is open is not learnt from any more.
    mutating func settingsChanged() {
        for index in windows.indices { windows[index].settingsChanged() }
    }

    /// Learns who has had their turn: whoever stood before the head of their lane. `pausedMs` of
    /// pauses there were so far.
    mutating func resolve(heads: [Int64], atMs: Int64, pausedMs: Int64) {
        for index in windows.indices {
            windows[index].resolve(heads, atMs, pausedMs)
            middle[index] = windows[index].middle
            high[index] = windows[index].high
        }
    }
}
