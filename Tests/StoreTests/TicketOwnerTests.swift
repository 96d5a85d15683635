import EventLoop
import Onsale
import Testing

@testable import Store

@Suite struct TicketOwnerTests {
    @Test func aTicketNamesItsOwnerInItsRoomForTwoDays() async throws {
        let bed = try await RoomBed(sides: 1)
        let store = bed.sides[0].store
        let room = try room("shop"), ann = try user("ann")
        let nowMs = Clock.system.wallMs()
        func owner(ageMs: Int64, in asked: RoomID) async -> UserID? {
            let ticket = Ticket(
                room: room,
                user: ann,
                generation: 1,
                sequence: (nowMs - ageMs) * 1_000,
                sessionExpiresMs: nil
            )
            let token = await store.seal(ticket)
            return await store.owner(ofTicket: token, in: asked)
        }
        let dayMs: Int64 = 86_400_000
        #expect(await owner(ageMs: 0, in: room) == ann)
        #expect(await owner(ageMs: 2 * dayMs - 60_000, in: room) == ann)
        // Redis's clock may be ahead of ours.
        #expect(await owner(ageMs: -60_000, in: room) == ann)
        #expect(await owner(ageMs: 2 * dayMs, in: room) == nil)
        #expect(await owner(ageMs: 0, in: try StoreTests.room("other")) == nil)
        #expect(await store.owner(ofTicket: "x", in: room) == nil)
    }
}

extension RoomStore {
    fileprivate func seal(_ ticket: Ticket) -> String { seal.seal(ticket) }
}
