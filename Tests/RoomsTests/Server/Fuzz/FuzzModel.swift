import JSON

@testable import TestKit

extension SeededRandom {
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// What the server said and the model does not allow.
struct LineFault: Error, CustomStringConvertible {
    let description: String
}

/// When a request was sent and answered, by the clock of all. What it did was between.
struct FuzzSpan {
    var from: Int64
    var to: Int64
}

/// A visitor as the model knows them.
final class FuzzVisitor {
    enum Phase: Equatable {
        case out, waiting, inside
        case over(String)
    }

    let name: String
    var ticket: String?
    var phase = Phase.out
    var lane = "main"
    /// Smaller stands before greater in the same lane.
    var order = 0
    /// They were put into this lane, or drawn, then.
    var movedMs: Int64 = 0
    var position: Int64?
    /// When they were last told something, and when they were told to ask again.
    var told = FuzzSpan(from: 0, to: 0)
    var dueMs = Int64.max
    /// They have asked whenever they were told to since they came, or came back.
    var isFaithful = true
    var endsAtMs: Int64 = 0
    var heardInsideMs: Int64 = 0
    var payment: String?
    /// Lanes that they have spent a code for.
    var spent: Set<String> = []
    var memberOf: String?
    var stream: FuzzStream?
    /// A stream was open since they last asked: it may have heard what they have not.
    var hasListened = false
    /// How often they have begun to wait, or come in without waiting.
    var visits = 0
    /// When they came, and since when their stream is open.
    var cameMs: Int64 = 0
    var streamMs: Int64 = 0
    /// They were passed over and have come back.
    var isBack = false

    init(_ name: String) { self.name = name }

    var isInLine: Bool { phase == .waiting }
}

/// A code of a lane.
struct FuzzCode {
    let text: String
    let lane: String
    let usesMax: Int
    var uses = 0
}

/// A room as the model knows it.
final class FuzzRoom {
    let name: String
    var capacity: Int64?
    var rate: Int64?
    var session: Int64 = 600
    var idle: Int64?
    /// The idle limit before the last change.
    var idleBefore: Int64?
    var grace: Int64 = 300
    var state = "open"
    var openingMs: Int64 = 0
    var isDraw = false
    var isDrawn = false
    var weights: [String: Int64] = [:]
    var codes: [FuzzCode] = []
    /// Seats that are not sold; nil: nothing is sold behind the room.
    var unsold: Int64?
    var seats = 0
    var visitors: [FuzzVisitor] = []
    var orders = 0

    /// Since then positions may have grown, sessions may be of another length, and so on.
    var regrownMs: Int64 = 0
    var sessionMs: Int64 = 0
    var idleMs: Int64 = 0
    var stateMs: Int64 = 0
    var stockMs: Int64 = 0
    /// The highest rate since the instant, nil for none.
    var rates: [(ms: Int64, rate: Int64?)] = []
    var reports: [(span: FuzzSpan, admitted: Int64)] = []
    /// Nobody is let in above it: the capacity, or how many were inside when it was lowered.
    var ceiling = Int64.max
    var trace: [String] = []

    init(_ name: String) { self.name = name }

    func note(_ text: String) {
        trace.append(text)
        if trace.count > 120 { trace.removeFirst(40) }
    }

    var isSoldOut: Bool { unsold == 0 }
    var isMoving: Bool { (state == "open" || state == "draining") && !isSoldOut }

    /// Those in line of a lane, in their order.
    func line(_ lane: String) -> [FuzzVisitor] {
        visitors.filter { $0.isInLine && $0.lane == lane }.sorted { $0.order < $1.order }
    }

    var lanes: [String] { ["main"] + weights.keys.sorted() }
    func weight(_ lane: String) -> Int64 { weights[lane] ?? 1 }

    func newPlace(_ visitor: FuzzVisitor, _ atMs: Int64) {
        orders += 1
        visitor.visits += 1
        visitor.order = orders
        visitor.phase = .waiting
        visitor.isBack = false
        visitor.isFaithful = true
        visitor.position = nil
        visitor.movedMs = atMs
        visitor.cameMs = atMs
        visitor.lane = visitor.memberOf ?? "main"
    }
}
