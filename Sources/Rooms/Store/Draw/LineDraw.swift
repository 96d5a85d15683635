import Crypto
import Values

/// A room's draw as the ledger has it.
struct LineDraw: Sendable, Equatable {
    var room: RoomID
    var seed: [UInt8]
    var seedHash: Digest
    /// Of the opening that the draw was for; nil before it.
    var openingMs: Int64?
    /// Who stands in line with a sequence of up to this takes part; nil before the opening.
    var cut: Int64?
    /// Pages of the list that are written, and entrants on them.
    var pages: Int64
    var entrants: Int64
    /// Over the whole list; nil while it is written.
    var root: Digest?
    /// When the drawn order was in force.
    var drawnAtMs: Int64?

    enum State: String, Sendable { case committed, drawing, drawn }

    var state: State {
        if drawnAtMs != nil { return .drawn }
        return cut == nil ? .committed : .drawing
    }

    /// The seed, once it is public.
    var revealedSeed: [UInt8]? { drawnAtMs == nil ? nil : seed }
}

/// A page of a draw's list of entrants, in the order of their sequences.
struct DrawPage: Sendable, Equatable {
    /// Leaves of every page but the last: a power of two, so that a page is a whole subtree. One
    /// row of the ledger is 57 KB with it, and one commit.
    static let leavesMax = 1_024

    var number: Int64
    /// When each entered: their sequences without the lane.
    var arrivals: [Int64]
    var leaves: [Digest]
    /// The root over `leaves`.
    var hash: Digest

    var isLast: Bool { leaves.count < Self.leavesMax }
}

/// Somebody in line before a draw.
struct Entrant: Sendable, Equatable {
    var user: String
    /// Their sequence without the lane.
    var arrival: Int64
}
