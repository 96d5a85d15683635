import Engines
import EventLoop
import Values

/// How fast performances sell now, for the projections of the list of sell-outs. One a process.
///
/// Rates are sums that fade (`SelloutRate`) and stand in memory. While somebody asks, what was paid
/// and given back since the last look is added to them, a second's worth at a time and by one
/// reader for all; the first look reads as far back as a rate remembers.
actor SelloutBook: OnLoop {
    nonisolated let loop: EventLoop
    private let ledger: SelloutLedger
    private let lateMs: Int64
    private var rates: [PerformanceID: SelloutRate] = [:]
    private var pace = SelloutPace()
    /// Everything that was paid or given back before it is in `rates`.
    private var readToMs: Int64 = 0
    private var reading: LoopTask<Void>?

    /// A payment's instant is taken before it commits: by now it has, or it never will, for an
    /// entry is given up after 2.5 s. One that comes later, of a process whose clock is behind, is
    /// not counted.
    static let lateMs: Int64 = 3_000
    /// What one look reads: a minute of 2,000 payments a second is 120,000 rows to sum up.
    private static let sliceMs: Int64 = 60_000
    /// A clock that was set back further begins the book anew.
    private static let setBackMaxMs: Int64 = 60_000
    /// Performances whose rates are kept, those that sold most lately: 10,000 x ~100 B is 1 MB.
    static let ratesMax = 10_000
    /// Performances whose T90 is projected, those that sold most lately: five times what a list
    /// shows.
    static let projectedMax = 500
    /// A single seat that faded for longer than a rate remembers.
    private static let weightMin = 1.0 / 1_048_576

    init(ledger: RankingLedger, on loop: EventLoop) {
        self.init(ledger: ledger, lateMs: Self.lateMs, on: loop)
    }

    /// For tests: others than `lateMs` lose or delay payments.
    init(ledger: RankingLedger, lateMs: Int64, on loop: EventLoop) {
        self.ledger = ledger.sellouts
        self.lateMs = lateMs
        self.loop = loop
    }

    /// As of a few seconds ago.
    func current() async throws(StoreError) -> SelloutPace {
        let horizonMs = (loop.clock.wallMs() - lateMs) / 1_000 * 1_000
        try await (reading ?? read(to: horizonMs))?.value()
        return pace
    }

    /// Nil: everything is read.
    private func read(to horizonMs: Int64) -> LoopTask<Void>? {
        if readToMs > horizonMs + Self.setBackMaxMs {
            rates = [:]
            readToMs = 0
        }
        guard readToMs < horizonMs else { return nil }
        let task = LoopTask(on: loop) { () async throws(StoreError) in
            try await self.readNow(to: horizonMs)
        }
        reading = task
        return task
    }

    private func readNow(to horizonMs: Int64) async throws(StoreError) {
        defer { reading = nil }
        var leaders = pace.leaders
        // What is older weighs nothing.
        readToMs = max(readToMs, horizonMs - SelloutRate.memoryMs)
        while readToMs < horizonMs {
            let toMs = min(readToMs + Self.sliceMs, horizonMs)
            let found = try await ledger.selling(
                fromMs: readToMs,
                toMs: toMs,
                leaders: SelloutLists.entriesMax
            )
            for step in found.steps { add(step) }
            readToMs = toMs
            leaders = found.leaders
        }
        pace = SelloutPace(rates: fastest(atMs: horizonMs), leaders: leaders, atMs: horizonMs)
    }

    private func add(_ step: PaidStep) {
        // The opening is not looked at here.
        rates[step.performance, default: SelloutRate(openingMs: step.atMs)]
            .add(seats: step.seats, atMs: step.atMs)
    }

    /// The rates that are projected from. What has faded is forgotten.
    private func fastest(atMs: Int64) -> [PerformanceID: SelloutRate] {
        let weights = rates.map { (id: $0.key, weight: $0.value.weight(atMs: atMs)) }
            .filter { $0.weight >= Self.weightMin }
            .sorted { ($0.weight, $0.id.raw) > ($1.weight, $1.id.raw) }
        if weights.count < rates.count || weights.count > Self.ratesMax {
            let kept = Set(weights.prefix(Self.ratesMax).map(\.id))
            rates = rates.filter { kept.contains($0.key) }
        }
        let fastest = weights.prefix(Self.projectedMax).map { ($0.id, rates[$0.id]) }
        return Dictionary(uniqueKeysWithValues: fastest).compactMapValues { $0 }
    }
}

/// How fast performances sell, at an instant.
struct SelloutPace: Sendable {
    /// Of those that sell.
    var rates: [PerformanceID: SelloutRate] = [:]
    /// Those with most seats sold of the ones that have not crossed.
    var leaders: [PerformanceID] = []
    /// What was paid until then is in the rates.
    var atMs: Int64 = 0

    /// Nil: it sells too little for a projection.
    func projectedT90Ms(_ row: SelloutRow, _ fraction: SelloutFraction, nowMs: Int64) -> Int64? {
        guard let openingMs = row.fromMs, var rate = rates[row.performance] else { return nil }
        rate.openingMs = openingMs
        let projected = rate.projectedT90Ms(
            sold: Int64(row.sold),
            target: fraction.seats(of: Int64(row.seats)),
            nowMs: atMs
        )
        // The seats are those of now, the rate is a little older.
        return projected.map { $0 + max(0, nowMs - atMs) }
    }
}
