import JSON

/// Everything that a rehearsal of a line found, and of the sale behind it.
struct Report: Sendable {
    var run: Run
    /// nil if there was none.
    var roomName: String?
    var fates: [Visitor.Fate: Int]
    var admitted: Int
    var admittedPerSecond: Double
    /// From the first attempt to enter to the receipt of `admitted`.
    var timeToAdmission = Histogram()
    var refill: Histogram
    var freePlaces: FreePlaces
    var positionGrowths: Int
    var room: RoomView
    var estimates: EstimateCheck
    /// nil if nobody was to buy.
    var purchases: Purchases?

    init(_ stage: LineStage) {
        let observer = stage.observer
        fates = stage.visitors.compactMap(\.fate).tally
        run = Run(stage, unfinished: stage.options.visitors - fates.values.reduce(0, +))
        roomName = stage.addresses?.room
        let admissions = observer.records.compactMap(\.admittedReceivedNs)
        admitted = admissions.count
        admittedPerSecond = Figures.perSecond(
            admitted,
            fromNs: observer.records.compactMap(\.enterSentNs).min() ?? stage.startNs,
            toNs: admissions.max()
        )
        for record in observer.records {
            guard let sent = record.enterSentNs, let received = record.admittedReceivedNs else {
                continue
            }
            timeToAdmission.record(us: (received - sent) / 1_000)
        }
        refill = RefillCheck.delays(observer.records)
        freePlaces = observer.freePlaces
        positionGrowths = observer.records.reduce(0) { $0 + $1.positionGrowths }
        room = observer.room
        estimates = EstimateCheck(observer)
        run.promises = LinePromises(observer: observer).all
    }

    /// Adds what buyers found, with the answers that came after the end.
    mutating func add(_ shop: Shop, _ last: FinalLook, _ stage: LineStage) {
        let (books, observer) = (shop.books, stage.observer)
        // Redis may be lost between two requests, and nobody is refused.
        let hadOutage = !stage.traffic.outages.isEmpty || shop.maps.wereLoadedAnew
        run.measureOwn(stage)
        purchases = Purchases(shop, last, observer, startNs: stage.startNs)
        run.promises +=
            SeatPromises(books: books, last: last, hadOutage: hadOutage).all
            + PointPromises(books: books, last: last).all
            + DoorPromises(books: books, records: observer.records, hadOutage: hadOutage).all
    }
}

extension Report {
    var text: String {
        let place = roomName.map { "room " + $0 } ?? "a sale without a room"
        let seconds = Figures.seconds(ms: run.elapsedMs, 1)
        let requests = run.traffic.exchanges
        let perSecond = Double(requests) * 1_000 / Double(max(1, run.elapsedMs))
        let visits = [
            "admitted     \(admitted), \(Figures.fixed(admittedPerSecond, 1))/s, "
                + "after " + timeToAdmission.text,
            "refilled     seen after " + refill.text + " (the poll interval is in it)",
            "free places  " + freePlaces.text,
            "requests     \(requests), \(Figures.fixed(perSecond, 0))/s over "
                + "\(run.connectionsOpened) connections",
            run.own,
            "positions    grew \(positionGrowths) times for visitors who kept polling",
            "documents    most waiting \(room.waitingMax), most inside \(room.insideMax), "
                + "most in 60 s \(room.admittedLast60sMax)",
        ]
        let latencies = Endpoint.allCases.compactMap { run.traffic.latencies[$0]?.row($0.rawValue) }
        return run.text([
            run.head(place, seconds, Visitor.Fate.counts(fates)) + visits + estimates.lines,
            purchases?.lines ?? [],
            latencies.isEmpty ? [] : [Histogram.header] + latencies,
        ])
    }

    var json: [UInt8] {
        JSONWriter.object { json in
            run.writeHead("room", roomName, Visitor.Fate.counts(fates), &json)
            json.field("admitted", admitted)
            json.figure("admittedPerSecond", admittedPerSecond)
            timeToAdmission.write("timeToAdmission", &json)
            refill.write("refillSeen", &json)
            json.beginObject("freePlaces")
            json.field("looks", freePlaces.looks)
            json.field("free", freePlaces.free)
            json.figure("longestMs", Double(freePlaces.longestNs) / 1e6)
            json.endObject()
            json.beginObject("latency")
            for endpoint in Endpoint.allCases {
                run.traffic.latencies[endpoint]?.write(endpoint.rawValue, &json)
            }
            json.endObject()
            estimates.write(&json)
            purchases?.write(&json)
            run.writeTraffic(&json)
            json.field("positionGrowths", positionGrowths)
            json.beginObject("documents")
            json.field("waitingMax", room.waitingMax)
            json.field("insideMax", room.insideMax)
            json.field("admittedLast60sMax", room.admittedLast60sMax)
            json.endObject()
            run.writeEnd(&json)
        } + [UInt8(ascii: "\n")]
    }
}
