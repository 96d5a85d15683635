import Crypto
import TestGate
import Testing
import Values

@testable import Rooms
@testable import Seats
@testable import TestKit

@Suite(.sideBySide) struct SeatHoldSealTests {
    private static let key = [UInt8](repeating: 7, count: 32)

    private static func hold(_ seats: [Int], name: Int = 3) throws -> SealedHold {
        SealedHold(
            performance: try #require(PerformanceID(String(repeating: "p", count: name))),
            user: try user(String(repeating: "u", count: name)),
            seats: seats,
            amount: 1 << 53,
            expiresMs: 1_790_000_000_000,
            generation: 1_790_000_000_000_000,
            nonce: (1...12).map { UInt8($0) }
        )
    }

    @Test(arguments: [[1], [1, 2, 3], [127, 128, 129], [1, 16_384, 200_000], Array(1...100)])
    func whatIsSealedIsOpened(_ seats: [Int]) throws {
        let seal = HoldSeal(key: Self.key)
        let hold = try Self.hold(seats)
        #expect(seal.open(seal.seal(hold)) == hold)
    }

    @Test func theLongestTokenFitsAPath() throws {
        let seal = HoldSeal(key: Self.key)
        // 12 distances of three bytes, 88 of two.
        var seats: [Int] = []
        for index in 0..<100 { seats.append((seats.last ?? 0) + (index < 12 ? 16_384 : 128)) }
        let longest = try Self.hold(seats, name: 128)
        let token = seal.seal(longest)
        #expect(token.utf8.count == 719)
        #expect(seal.open(token) == longest)
    }

    @Test func everyFlippedBitIsRefused() throws {
        let seal = HoldSeal(key: Self.key)
        let bytes = try #require(Base64URL.decode(seal.seal(try Self.hold([5, 6]))))
        for index in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[index] ^= 1 << UInt8(bit)
                #expect(seal.open(Base64URL.encodeString(flipped)) == nil)
            }
        }
    }

    @Test func everyShorterOrLongerTokenIsRefused() throws {
        let seal = HoldSeal(key: Self.key)
        let token = seal.seal(try Self.hold([5, 6]))
        for count in 0..<token.utf8.count { #expect(seal.open(String(token.prefix(count))) == nil) }
        #expect(seal.open(token + "A") == nil)
        #expect(seal.open(String(repeating: "A", count: 100_000)) == nil)
    }

    @Test func anotherKeysTokenAndATicketAreRefused() throws {
        let seal = HoldSeal(key: Self.key)
        let other = HoldSeal(key: [UInt8](repeating: 8, count: 32))
        #expect(other.open(seal.seal(try Self.hold([1]))) == nil)
        let tickets = TicketSeal(key: Self.key)
        let ticket = Ticket(
            room: try room("r"),
            user: try user("u"),
            generation: 1,
            sequence: 2,
            sessionExpiresMs: nil
        )
        #expect(seal.open(tickets.seal(ticket)) == nil)
        #expect(tickets.open(seal.seal(try Self.hold([1])), room: try room("r")) == nil)
    }
}
