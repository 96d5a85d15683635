/// Promises about the line, over all that was seen of it.
struct LinePromises {
    let observer: Observer

    private var room: RoomView { observer.room }
    private var records: [VisitorRecord] { observer.records }

    var all: [Promise] {
        [
            capacity, ownCapacity, rate, claimedRate, order, places,
            observer.lies.promise("lies-refused", "a ticket that is not yours is refused"),
            honesty, admissions,
        ]
    }

    private var capacity: Promise {
        let promise = Promise("capacity", "never more inside than the capacity")
        let spans = records.compactMap { CapacityCheck.certainlyInside($0, room, observer.clock) }
        let most = "most certainly inside at once \(CapacityCheck.mostAtOnce(spans))"
        guard room.isKnown, let capacity = room.capacity else {
            return promise.unseen("\(most), no limit set")
        }
        return promise.judged(
            isBroken: CapacityCheck.mostAtOnce(spans) > capacity,
            isSeen: !spans.isEmpty,
            "\(most) of \(capacity), \(spans.count) sessions"
        )
    }

    private var ownCapacity: Promise {
        let title = "the server never counts more inside than the capacity"
        let promise = Promise("capacity-claimed", title)
        guard room.isKnown, let capacity = room.capacity else {
            return promise.unseen("largest inside \(room.insideMax), no limit set")
        }
        return promise.judged(
            isBroken: room.insideSettledMax > capacity,
            "largest inside \(room.insideSettledMax) of \(capacity), \(room.documents) documents"
        )
    }

    private var rate: Promise {
        let promise = Promise("rate", "no 60 s with more admissions than the rate")
        let spans = records.compactMap(RateCheck.admission)
        let most = RateCheck.mostInWindow(spans)
        guard room.isKnown, let rate = room.rate else {
            return promise.unseen("most certainly admitted in 60 s \(most), no limit set")
        }
        return promise.judged(
            isBroken: most > rate,
            isSeen: !spans.isEmpty,
            "most certainly admitted in 60 s \(most) of \(rate), \(spans.count) admissions"
        )
    }

    private var claimedRate: Promise {
        let promise = Promise("rate-claimed", "the server's own admission times keep the rate")
        guard let rate = room.rate, let session = room.sessionSeconds else {
            return promise.unseen("no rate, or the session's length is not known")
        }
        let admitted = records.filter { $0.admittedReceivedNs != nil }
        let claims = admitted.compactMap {
            RateCheck.claim($0, sessionSeconds: session, observer.clock)
        }
        guard claims.count == admitted.count, !claims.isEmpty else {
            let unfit = admitted.count - claims.count
            return promise.unseen("\(unfit) session ends do not tell the admission")
        }
        let most = RateCheck.mostInWindow(
            claims.map { Span(startNs: $0 * 1_000_000, endNs: $0 * 1_000_000) }
        )
        return promise.judged(
            isBroken: most > rate,
            "most in 60 s \(most) of \(rate), \(claims.count) claims"
        )
    }

    private var order: Promise {
        let promise = Promise("order", "nobody who kept polling is overtaken")
        if room.order == "draw" { return promise.unseen("the room draws its order") }
        let finding = OrderCheck.run(records)
        let example = finding.example.map { ", for example \($0.first) by \($0.second)" } ?? ""
        return promise.judged(
            isBroken: finding.overtaken > 0,
            isSeen: finding.isTelling,
            "\(finding.overtaken) overtaken of \(finding.compared) who kept polling" + example
        )
    }

    private var places: Promise {
        let second = records.reduce(0) { $0 + $1.secondPlaces }
        let clicked = records.count { $0.clicks > 1 }
        return Promise("one-place", "a double click has one place").judged(
            isBroken: second > 0,
            isSeen: clicked > 0,
            "\(second) second places, \(clicked) who entered more than once"
        )
    }

    private var honesty: Promise {
        let refused = records.reduce(0) { $0 + $1.honestRefusals }
        return Promise("honest-tickets", "a ticket that is yours is taken").judged(
            isBroken: refused > 0,
            isSeen: records.contains { $0.enterReceivedNs != nil },
            "\(refused) honest tickets called invalid"
        )
    }

    private var admissions: Promise {
        let demoted = records.reduce(0) { $0 + $1.demotions }
        return Promise("admission-stands", "nobody inside is sent back to the line").judged(
            isBroken: demoted > 0,
            isSeen: records.contains { $0.admittedReceivedNs != nil },
            "\(demoted) answers waiting after admitted"
        )
    }
}
