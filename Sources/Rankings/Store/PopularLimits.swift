/// How often best sellers are counted, and how long what was counted is shown.
struct PopularLimits: Sendable {
    /// From one count of a list to the next: 5 min.
    var everyMs: Int64 = 300_000
    /// How long a list stays: two counts may fail and the third has a minute, 3 x 5 + 1 min.
    var keptMs: Int64 = 960_000
    /// A list that nobody asked for so long, an hour, is no longer counted by schedule.
    var askedMs: Int64 = 3_600_000
    /// How long one may count, 10 s: 6 days of 100,000 products are 1,200 short calls of Redis.
    /// After that another may, and what this one has is not kept.
    var countMs: Int64 = 10_000
    /// Who finds another counting looks again so often, with so long in between: 2 s, and then
    /// counts for itself.
    var looksMax = 100
    var lookEveryMs = 20
    /// How long a count that somebody waits for waits for what was committed before.
    var settleMs = 500

    init() {}
}
