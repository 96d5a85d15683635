import Crypto
import Engines
import Redis
import Values

extension SeatStore {
    /// Calls that end old holds before a seat is called taken: each ends 200, all that a stadium
    /// can have.
    static let sweepsMax = 1_000

    /// Takes seats, all or none, for the performance's hold time.
    package func hold(_ seats: [Int], of id: PerformanceID, for user: UserID)
        async throws(StoreError) -> HoldOutcome
    {
        let nonce = SecureRandom.bytes(SealedHold.nonceCount)
        let seats = Set(seats).sorted()
        var hold = SealedHold(
            performance: id,
            user: user,
            seats: seats,
            amount: 0,
            expiresMs: 0,
            generation: 0,
            nonce: nonce
        )
        let arguments: [RedisArgument] = [
            .string(user.raw), .string(hold.id), .string(Self.list(seats)),
        ]
        for _ in 0..<Self.sweepsMax {
            guard let reply = try await run(scripts[.hold], id, arguments) else {
                return .unknownPerformance
            }
            switch try reply.integer(4) {
            case 1:
                hold.expiresMs = try reply.integer(5)
                hold.generation = try reply.integer(1)
                hold.amount = try reply.integer(6) * Int64(seats.count)
                return .held(Hold(hold, token: seal.seal(hold)))
            case 2:
                // A hold that was over may have them still.
                if try reply.integer(3) == 1 { continue }
                return .taken(try Self.seats(in: reply))
            case 3: return .overLimit(Int(try reply.integer(5)))
            case 4: return .notAdmitted
            case 5: return .soldOut
            case 6: return .unknownSeats(try Self.seats(in: reply))
            default: throw .unavailable("the room of \(id) is being brought back")
            }
        }
        throw .unavailable("old holds of \(id) are still being ended")
    }

    /// What a hold's token says; nil unless it was made here.
    package func open(_ token: String) -> SealedHold? { seal.open(token) }

    /// Gives a hold back.
    package func release(_ token: String, for user: UserID) async throws(StoreError)
        -> ReleaseOutcome
    {
        guard let hold = seal.open(token) else { return .unknown }
        guard hold.user == user else { return .ofAnotherUser }
        let reply = try await run(scripts[.release], hold.performance, [.string(hold.id)])
        switch try reply?.integer(4) {
        case 1: return .released
        case 3: return .isBeingPaid
        default: return .wasOver
        }
    }

    static func list(_ seats: [Int]) -> String { seats.map(String.init).joined(separator: ",") }

    private static func seats(in reply: ReplyReader) throws(StoreError) -> [Int] {
        var seats: [Int] = []
        for index in 5..<max(5, reply.count) { seats.append(Int(try reply.integer(index))) }
        return seats
    }
}

extension Hold {
    fileprivate init(_ sealed: SealedHold, token: String) {
        self.init(
            token: token,
            performance: sealed.performance,
            seats: sealed.seats,
            amount: sealed.amount,
            expiresMs: sealed.expiresMs
        )
    }
}
