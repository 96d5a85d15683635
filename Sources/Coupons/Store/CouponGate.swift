import Engines
import Values

/// The Redis keys of one coupon's gate, in the order every script takes them
/// (`redis/lib/coupon.lua`).
struct CouponKeys: Sendable {
    let all: [String]
    private let tag: String

    init(_ coupon: CouponID) {
        tag = "{c:\(coupon.raw)}"
        all = ["\(tag):gate", "\(tag):users", "\(tag):undecided", "\(tag):returned"]
    }

    var undecided: String { all[2] }
    /// All, with their types.
    var types: [(key: String, type: String)] {
        zip(all, ["hash", "hash", "zset", "zset"]).map { ($0, $1) }
    }

    /// Where one load gathers what was issued.
    func staged(_ nonce: String) -> [String] {
        ["\(tag):load:users:\(nonce)", "\(tag):load:returned:\(nonce)"]
    }
}

/// What every reply of a gate says first, and the rest of it.
struct GateReply: HeadedReply {
    let version: StateVersion
    /// By Redis's clock.
    let nowMs: Int64
    /// Some numbers have been undecided for too long.
    let hasOverdue: Bool
    let issued: Int64
    let quantity: Int64
    let reader: ReplyReader

    static let width = 7

    init(_ reader: ReplyReader) throws(StoreError) {
        self.reader = reader
        version = StateVersion(try reader.integer(1), try reader.integer(2))
        nowMs = try reader.integer(3)
        hasOverdue = try reader.integer(4) == 1
        issued = try reader.integer(5)
        quantity = try reader.integer(6)
    }
}

/// What the gate says to one claim.
struct GatePlace: Sendable {
    enum Answer: Int64, Sendable {
        /// The number is the user's as soon as the ledger says so.
        case given = 1
        /// The user was given one that is not decided yet.
        case isUndecided = 2
        case hasOne = 3
        case notStarted = 4
        case ended = 5
        case allIssued = 6
        /// All are given, but not all are decided.
        case noneNow = 7
    }

    let answer: Answer
    /// The coupon's number where there is one; how many ms it is to the start; else 0.
    let number: Int64
}

/// What the ledger decided on one number.
struct Decision: Sendable, Equatable {
    enum Verdict: String, Sendable { case issued, returned }

    let verdict: Verdict
    let user: String
    let number: Int64
}
