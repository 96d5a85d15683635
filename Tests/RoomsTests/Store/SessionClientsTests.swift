import TestGate
import Testing
import Values

@testable import Rooms

@Suite(.sideBySide) struct SessionClientsTests {
    private let ann = UserID("ann")
    private let bob = UserID("bob")
    private let room = RoomID("shop")

    /// A phone that changes its network: the old address counts for a minute.
    @Test func aSilentAddressMakesRoom() throws {
        let clients = SessionClients()
        let room = try #require(room), ann = try #require(ann), bob = try #require(bob)
        func admit(_ client: UInt64, _ user: UserID, at nowMs: Int64) -> Bool {
            clients.admit(client, to: room, user, most: 1, nowMs: nowMs)
        }
        #expect(admit(1, ann, at: 1_000))
        #expect(admit(1, ann, at: 2_000))
        #expect(!admit(2, ann, at: 61_999))
        #expect(admit(2, bob, at: 61_999))
        #expect(admit(2, ann, at: 62_000))
        // Back on the first network, too early.
        #expect(!admit(1, ann, at: 62_001))
    }

    /// More sessions than places: nobody is refused for another.
    @Test func manySessionsRefuseNobody() throws {
        let clients = SessionClients()
        let room = try #require(room)
        var refused = 0
        for number in 0..<300_000 {
            let user = try #require(UserID("u-\(number)"))
            if !clients.admit(7, to: room, user, most: 1, nowMs: 1_000) { refused += 1 }
        }
        #expect(refused == 0)
    }
}
