import func Foundation.exp2

/// How fast a performance sells now, from the payments of the last minutes, and when it will have
/// sold its 90 % if that goes on.
///
/// Each seat paid `t` ago weighs 2^(-t / half-life); `weight` is the sum. Sold evenly at `r` seats
/// a ms since the opening, the sum is r x (half-life / ln 2) x (1 - 2^(-age / half-life)): the rate
/// is the sum divided by what follows `r`. The last factor is what a sale younger than some
/// half-lives lacks; without it the projection of a minute-old sale would be seven times too long.
///
/// A half-life of 5 minutes: the rush of the first minute, which says nothing about the trickle an
/// hour later, is down to 1/4096 by then, and yet a hold's ten minutes of paying are smoothed over.
struct SelloutRate: Equatable, Sendable {
    static let halfLifeMs: Int64 = 300_000
    /// Fewer seats say nothing: the relative error of a count of 20 is 22 % (1 / sqrt 20).
    static let soldMin: Int64 = 20
    /// A younger sale says nothing: its first 20 seats may be those of one click.
    static let ageMinMs: Int64 = 30_000
    /// 100 minutes: what was paid earlier weighs below 2^-20. As far back as a restart has to read.
    static let memoryMs: Int64 = 20 * halfLifeMs
    /// 90 days: a projection beyond them is no news, only a sale that has stopped.
    static let projectionMaxMs: Int64 = 90 * 86_400_000

    /// May be set when it is known, or moved.
    var openingMs: Int64
    /// As of `weighedAtMs`.
    private var weight = 0.0
    private var weighedAtMs: Int64

    init(openingMs: Int64) {
        self.openingMs = openingMs
        weighedAtMs = openingMs
    }

    /// `seats` were paid at `atMs`, in any order. Negative: a refund of seats that were paid then,
    /// told with the instant of the sale, which is taken back as if it had not been.
    mutating func add(seats: Int64, atMs: Int64) {
        let laterMs = max(weighedAtMs, atMs)
        weight *= Self.decay(over: laterMs - weighedAtMs)
        weight += Double(seats) * Self.decay(over: laterMs - atMs)
        weighedAtMs = laterMs
    }

    /// The sum at an instant: seats sold lately.
    func weight(atMs: Int64) -> Double {
        max(0, weight * Self.decay(over: max(0, atMs - weighedAtMs)))
    }

    /// Seats a ms; 0 before the opening.
    func perMs(atMs: Int64) -> Double {
        let ageMs = atMs - openingMs
        guard ageMs > 0 else { return 0 }
        let meanMs = Double(Self.halfLifeMs) / Self.ln2 * (1 - Self.decay(over: ageMs))
        return weight(atMs: atMs) / meanMs
    }

    /// T90 in ms from the opening, if the rate stays what it is at `nowMs`; nil while fewer than
    /// `soldMin` are sold, before `ageMinMs`, when nothing sells, and beyond `projectionMaxMs`.
    ///
    /// `sold` is net of refunds; `target` is `SelloutFraction.seats(of:)`. An opening that lies in
    /// the future projects nothing.
    func projectedT90Ms(sold: Int64, target: Int64, nowMs: Int64) -> Int64? {
        let rate = perMs(atMs: nowMs)
        guard sold >= Self.soldMin, nowMs - openingMs >= Self.ageMinMs, rate > 0 else {
            return nil
        }
        let restMs = (Double(max(0, target - sold)) / rate).rounded(.up)
        guard restMs <= Double(Self.projectionMaxMs) else { return nil }
        return nowMs - openingMs + Int64(restMs)
    }

    private static let ln2 = 0.693_147_180_559_945_3

    private static func decay(over ms: Int64) -> Double {
        exp2(-Double(ms) / Double(halfLifeMs))
    }
}
