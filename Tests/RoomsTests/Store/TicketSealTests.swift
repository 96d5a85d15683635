import Crypto
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit

@Suite(.sideBySide) struct TicketSealTests {
    private let seal = TicketSeal(key: [UInt8](repeating: 7, count: 32))

    private func ticket(
        _ user: String = "ann",
        _ room: String = "shop",
        generation: Int64 = 3,
        sequence: Int64 = 1_790_000_000_000_123,
        ends: Int64? = nil
    ) throws -> Ticket {
        Ticket(
            room: try TestKit.room(room),
            user: try TestKit.user(user),
            generation: generation,
            sequence: sequence,
            sessionExpiresMs: ends
        )
    }

    @Test func whatIsSealedIsOpened() throws {
        let longest = String(repeating: "n", count: 128)
        let tickets = [
            try ticket(), try ticket("a", "b"), try ticket(longest, longest),
            try ticket(ends: 1_790_000_600_000), try ticket(generation: 0, sequence: 0),
            try ticket(generation: 4_294_967_295, sequence: .max, ends: .max),
        ]
        for ticket in tickets {
            let token = seal.seal(ticket)
            #expect(seal.open(token, room: ticket.room) == ticket)
            // The same place is the same text: enters can be repeated.
            #expect(seal.seal(ticket) == token)
            #expect(token.utf8.allSatisfy { $0 < 128 && $0 > 32 })
        }
        #expect(Set(tickets.map(seal.seal)).count == tickets.count)
    }

    @Test(arguments: ["ann", String(repeating: "n", count: 128)])
    func everyFlippedBitIsRefused(_ name: String) throws {
        let ticket = try ticket(name, ends: 1_790_000_600_000)
        let bytes = try #require(Base64URL.decode(seal.seal(ticket)))
        for bit in 0..<bytes.count * 8 {
            var forged = bytes
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            let opened = seal.open(Base64URL.encodeString(forged), room: ticket.room)
            #expect(opened == nil, "bit \(bit)")
        }
    }

    @Test func everyShorterOrLongerTokenIsRefused() throws {
        let ticket = try ticket()
        let bytes = try #require(Base64URL.decode(seal.seal(ticket)))
        for count in 0..<bytes.count {
            let short = Base64URL.encodeString(Array(bytes.prefix(count)))
            #expect(seal.open(short, room: ticket.room) == nil, "\(count)")
        }
        #expect(seal.open(Base64URL.encodeString(bytes + [0]), room: ticket.room) == nil)
        #expect(seal.open(seal.seal(ticket) + "=", room: ticket.room) == nil)
        let long = String(repeating: "A", count: 10_000)
        #expect(seal.open(long, room: ticket.room) == nil)
    }

    @Test func anotherRoomsTokenIsRefused() throws {
        let token = seal.seal(try ticket("ann", "shop"))
        for other in ["shop2", "sho", "shop:", "Shop"] {
            #expect(seal.open(token, room: try TestKit.room(other)) == nil, "\(other)")
        }
    }

    @Test func anotherKeysTokenIsRefused() throws {
        let ticket = try ticket()
        let other = TicketSeal(key: [UInt8](repeating: 8, count: 32))
        #expect(seal.open(other.seal(ticket), room: ticket.room) == nil)
    }

    /// Authentic, but of a form to come: the version is looked at, not only authenticated.
    @Test func anotherVersionIsRefused() throws {
        let ticket = try ticket()
        let bytes = try #require(Base64URL.decode(seal.seal(ticket)))
        func sealed(version: UInt8) -> String {
            let body = [version] + bytes[1..<bytes.count - 32]
            let authenticator = MessageAuthenticator(key: [UInt8](repeating: 7, count: 32))
            let code = authenticator.authenticate(
                Array("onsale-ticket\0".utf8) + Array(ticket.room.raw.utf8) + [0] + body
            )
            return Base64URL.encodeString(body + code.indices.map { code[$0] })
        }
        #expect(seal.open(sealed(version: 1), room: ticket.room) == ticket)
        for version in [0, 2, 255] as [UInt8] {
            #expect(seal.open(sealed(version: version), room: ticket.room) == nil)
        }
    }
}
