/// Everything a rehearsal found, as figures. `ReportText` and `ReportJSON` write it down.
struct Report: Sendable {
    var options: RehearsalOptions
    var elapsedMs: Int64
    /// Visits by how they ended.
    var fates: [Visitor.Fate: Int]
    /// Visits that had not ended when the time was over.
    var unfinished: Int
    var admitted: Int
    var admittedPerSecond: Double
    /// From the first attempt to enter to the receipt of `admitted`.
    var timeToAdmission: Histogram
    var refill: Histogram
    var freePlaces: FreePlaces
    var latencies: [Endpoint: Histogram]
    var statuses: [Int: Int]
    var failures: [ExchangeFailure: Int]
    var unreadable: Int
    var outages: [Observer.Outage]
    /// The rehearsal's start, which the outages count from.
    var startNs: Int64
    var exchanges: Int
    var connectionsOpened: Int
    var positionGrowths: Int
    var room: RoomView
    var estimates: EstimateCheck
    var promises: [Promise]
    /// nil if nobody was to buy.
    var purchases: Purchases?
    /// nil if there was none.
    var roomName: String?
    /// How late the rehearsal's own loop ever was: what part of the latencies may be its own.
    var ownLagMaxNs: UInt64 = 0
    /// How long a request ever waited for a connection of the rehearsal; no latency includes it.
    var ownWaitMaxNs: Int64 = 0

    var isBroken: Bool { promises.contains { $0.verdict == .broken } }

    /// 0 all held, 1 one broken, 2 not everybody was served in time.
    var exitCode: Int32 { isBroken ? 1 : unfinished > 0 ? 2 : 0 }

    init(
        options: RehearsalOptions,
        roomName: String?,
        observer: Observer,
        fates: [Visitor.Fate: Int],
        startNs: Int64,
        endNs: Int64,
        connectionsOpened: Int
    ) {
        self.options = options
        self.startNs = startNs
        self.fates = fates
        self.connectionsOpened = connectionsOpened
        elapsedMs = (endNs - startNs) / 1_000_000
        unfinished = options.visitors - fates.values.reduce(0, +)
        let admissions = observer.records.compactMap(\.admittedReceivedNs)
        admitted = admissions.count
        let entered = observer.records.compactMap(\.enterSentNs).min() ?? startNs
        let seconds = Double((admissions.max() ?? entered) - entered) / 1e9
        admittedPerSecond = seconds > 0 ? Double(admissions.count) / seconds : 0
        timeToAdmission = Histogram()
        for record in observer.records {
            guard let sent = record.enterSentNs, let received = record.admittedReceivedNs else {
                continue
            }
            timeToAdmission.record(us: (received - sent) / 1_000)
        }
        refill = RefillCheck.delays(observer.records)
        freePlaces = observer.freePlaces
        latencies = observer.latencies
        statuses = observer.statuses
        failures = observer.failures
        unreadable = observer.unreadable
        outages = observer.allOutages
        exchanges = observer.exchanges
        positionGrowths = observer.records.reduce(0) { $0 + $1.positionGrowths }
        room = observer.room
        self.roomName = roomName
        estimates = EstimateCheck(observer)
        promises = Promises.check(observer)
    }
}
