import Crypto
import Engines
import EventLoop
import Values

/// What became of a request for codes.
enum MakeCodesOutcome: Equatable, Sendable {
    /// As they are to be handed out.
    case made([String])
    case unknownRoom
    case unknownLane
    /// One is a code already: of another lane, or for another number of uses. None was made.
    case exists
}

/// Codes that lead into lanes: what operators make, and what visitors show.
struct LaneCodes: Sendable {
    let ledger: RoomLedger
    private let loop: EventLoop

    init(ledger: RoomLedger, on loop: EventLoop) {
        self.ledger = ledger
        self.loop = loop
    }

    /// 80 bits: of a million codes nobody finds one by trying.
    private static let codeBytes = 10

    /// Makes `count` codes that nobody can guess.
    func make(_ count: Int, uses: Int64?, for lane: LaneName, in room: RoomID)
        async throws(StoreError) -> MakeCodesOutcome
    {
        let bytes = SecureRandom.bytes(count * Self.codeBytes)
        let codes = (0..<count).map { index in
            LaneCode.spelled(Array(bytes[index * Self.codeBytes..<(index + 1) * Self.codeBytes]))
        }
        return try await add(codes, uses: uses, for: lane, in: room)
    }

    /// Makes codes that the operator has thought of; all of `codes` can be codes.
    func add(_ codes: [String], uses: Int64?, for lane: LaneName, in room: RoomID)
        async throws(StoreError) -> MakeCodesOutcome
    {
        guard let row = try await ledger.room(room) else { return .unknownRoom }
        guard row.known.settings.lanes?[lane] != nil else { return .unknownLane }
        // A statement may name a row once.
        let different = Set(codes.compactMap(LaneCode.init))
        let isMade = try await ledger.add(
            Array(different),
            of: lane,
            uses: uses,
            in: room,
            atMs: loop.clock.wallMs()
        )
        return isMade ? .made(codes) : .exists
    }

    /// What a visitor's code is to them.
    enum Shown: Equatable, Sendable {
        case member(LaneName)
        /// It leads into this lane; they stand elsewhere. `isSpent`: and have spent a code for it.
        case leads(LaneName, isSpent: Bool)
        case invalid
        case usedUp
    }

    /// Changes nothing.
    func look(at code: LaneCode, of user: UserID, in room: RoomID) async throws(StoreError)
        -> Shown
    {
        // Looked at first: an entry that the ledger refuses costs those it shares a commit with
        // a second one, and anybody can send codes that are none.
        let look = try await ledger.look(at: code, of: user, in: room)
        guard let name = look.lane.flatMap(LaneName.init), look.lanes?[name] != nil else {
            return .invalid
        }
        if look.memberOf == name.raw { return .member(name) }
        return look.isUsedUp && !look.isSpent ? .usedUp : .leads(name, isSpent: look.isSpent)
    }

    /// Makes `user` a member of the code's lane; spends the code unless they have spent one for
    /// this lane. Others may use the same code meanwhile.
    func join(_ lane: LaneName, with code: LaneCode, isSpent: Bool, _ user: UserID, in room: RoomID)
        async throws(StoreError) -> Shown
    {
        let nowMs = loop.clock.wallMs()
        if !isSpent {
            switch try await ledger.use(code, of: lane, by: user, in: room, atMs: nowMs) {
            case .used: return .member(lane)
            case .isUsedUp: return .usedUp
            case .isSpent: break
            }
        }
        try await ledger.rejoin(lane, by: user, in: room, atMs: nowMs)
        return .member(lane)
    }
}
