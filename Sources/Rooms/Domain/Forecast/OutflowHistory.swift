import Foundation

/// What a loop remembers of a room's outflow: when whom of the last two minutes was admitted, and
/// how long sessions last, how many are absent at their turn, leave the line, and buy.
///
/// Sums that fade: what was some minutes ago counts less and less, so nothing grows.
struct OutflowHistory: Sendable {
    /// The k-th admission of the room was at some time; the number reached at a few instants.
    private struct Mark: Sendable {
        var atMs: Int64
        var admitted: Int64
    }

    /// At most one a second of two minutes: the window is one, and a question may be about the
    /// window as it was half a minute ago.
    private static let marksMax = 128
    private static let markEveryMs: Int64 = 1_000
    /// Longer without a look: the room's own figures tell more of what was in between.
    private static let gapMaxS = 10.0
    private static let windowS = 60.0
    /// Sums fade to 1/e in twice a mean session, within these bounds.
    private static let memoryS: ClosedRange<Double> = 60...600

    private var marks: [Mark] = []
    private(set) var last: RoomOutflow
    /// Sessions that ended, and the seconds that sessions lasted.
    private(set) var ends = 0.0
    private var insideS = 0.0
    /// Who left the line though it was not their turn, and the seconds that they all waited.
    private var quits = 0.0
    private var waitingS = 0.0
    /// How many visitors' stock was sold, and sessions that ended meanwhile.
    private var sold = 0.0
    private var soldEnds = 0.0
    /// Who had been passed over and came back, fading as the window slides.
    private var returned = 0.0
    /// Pauses, their seconds, and the seconds in which the room moved.
    private var pauses = 0.0
    private var pausedS = 0.0
    private var movedS = 0.0
    /// All pauses since the first look.
    private(set) var pausedMs: Int64 = 0

    init(_ first: RoomOutflow) {
        last = first
        marks = Self.even(first)
    }

    /// As if the admissions of the last 60 s had been even. Those of this very instant count: the
    /// rate is used up by them for a minute.
    private static func even(_ now: RoomOutflow) -> [Mark] {
        let mark = Mark(atMs: now.atMs, admitted: now.admittedTotal)
        guard now.recent > 0 else { return [mark] }
        let firstMs = min(now.oldestMs, now.atMs)
        return [Mark(atMs: firstMs, admitted: now.admittedTotal - now.recent), mark]
    }

    /// Learns how the room is now; `quits` have left the line since the last time without having
    /// been at its head.
    mutating func learn(_ now: RoomOutflow, waiting: Int64, quits: Int64, returned: Int = 0) {
        let seconds = Double(max(0, now.atMs - last.atMs)) / 1000
        let memory = min(
            max(2 / sessionsEndPerS, Self.memoryS.lowerBound),
            Self.memoryS.upperBound
        )
        let fade = exp(-seconds / memory)
        let ended = Double(
            max(0, now.admittedTotal - last.admittedTotal - now.inside + last.inside)
        )
        ends = ends * fade + ended
        insideS = insideS * fade + seconds * Double(now.inside + last.inside) / 2
        self.quits = self.quits * fade + Double(quits)
        self.returned = self.returned * exp(-seconds / Self.windowS) + Double(returned)
        waitingS = waitingS * fade + seconds * Double(waiting)
        learnPauses(now, seconds, fade: exp(-seconds / Self.memoryS.upperBound))
        if let served = now.served, let before = last.served {
            sold = sold * fade + Double(max(0, before - served))
            soldEnds = soldEnds * fade + ended
        }
        last = now
        if seconds > Self.gapMaxS { marks = Self.even(now) }
        guard let mark = marks.last else { return }
        if marks.count > 1, mark.atMs - marks[marks.count - 2].atMs < Self.markEveryMs {
            marks.removeLast()
        }
        marks.append(Mark(atMs: now.atMs, admitted: now.admittedTotal))
        if marks.count > Self.marksMax { marks.removeFirst(Self.marksMax / 4) }
    }

    private mutating func learnPauses(_ now: RoomOutflow, _ seconds: Double, fade: Double) {
        (pauses, pausedS, movedS) = (pauses * fade, pausedS * fade, movedS * fade)
        if last.state == .paused {
            pausedS += seconds
            pausedMs += Int64(seconds * 1000)
        } else if last.isMoving {
            movedS += seconds
            if now.state == .paused { pauses += 1 }
        }
    }

    /// How often the operator pauses the room in a second that it moves, and for how long. Before a
    /// pause was seen: half of one in two minutes, 10 s long; so it is soon known to be rare.
    var pausesPerS: Double { (pauses + 0.5) / (movedS + 120) }
    var pauseS: Double { (pausedS + 0.5 * 10) / (pauses + 0.5) }
    /// Seconds of pause to a second of moving, as they were.
    var pausedPart: Double { movedS > 0 ? pausedS / movedS : 0 }

    /// How many of the sessions end in a second. Before any has ended: as if one had after half of
    /// what a session may last; never fewer than the limit of a session makes.
    var sessionsEndPerS: Double {
        let limitS = Double(max(1, last.sessionMs)) / 1000
        return max((ends + 1) / (insideS + limitS / 2), 1 / limitS)
    }

    /// How likely the head of the line is there at their turn, as of the last 60 s.
    /// Who was passed over and came back is there after all.
    var presence: Double {
        let absent = max(0, Double(last.passed) - returned)
        return Double(last.recent + 10) / (Double(last.recent + 10) + absent)
    }

    /// How many of those in line leave it in a second.
    var quitsPerS: Double { waitingS > 0 ? quits / (waitingS + 60) : 0 }

    /// How many more can be admitted before the stock is sold; nil: not known, or no end of it.
    var entrantsLeft: Double? {
        guard let served = last.served, soldEnds >= 5 else { return nil }
        let buying = min(1, sold / soldEnds)
        guard buying > 0.05 else { return nil }
        return Double(served) / buying - Double(last.inside)
    }

    /// When the admission of that number was, ms; nil: before the memory. Between two marks as if
    /// all were even.
    func admittedAtMs(_ number: Int64) -> Int64? {
        guard let first = marks.first, number > first.admitted else { return nil }
        var low = 0
        var high = marks.count - 1
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].admitted < number { low = middle + 1 } else { high = middle }
        }
        guard low > 0, marks[low].admitted >= number else { return marks[low].atMs }
        let (from, to) = (marks[low - 1], marks[low])
        let part = Double(number - from.admitted) / Double(to.admitted - from.admitted)
        return from.atMs + Int64(part * Double(to.atMs - from.atMs))
    }
}
