import JSON
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct FreePlacesTests {
    /// One look each 20 ms that takes 2, of a room for ten with this many inside.
    private func watch(
        _ insides: [Int],
        waiting: Int = 5,
        state: String = "open",
        rate: String = "null",
        admittedTotal: Int = 50
    ) throws -> FreePlaces {
        var places = FreePlaces()
        for (index, inside) in insides.enumerated() {
            let document = """
                {"state":"\(state)","capacity":10,"rate":\(rate),"waiting":\(waiting),\
                "inside":\(inside),"admittedTotal":\(admittedTotal),"admittedLast60s":50}
                """
            let fields = try #require(JSONValue(object: Array(document.utf8)))
            let sentNs = Int64(index) * 20_000_000
            places.note(fields, sentNs: sentNs, receivedNs: sentNs + 2_000_000)
        }
        return places
    }

    @Test func aRoomThatIsRefilledAtOnceIsFull() throws {
        let places = try watch([10, 10, 10])
        #expect(places.looks == 3 && places.free == 0 && places.longestNs == 0)
    }

    @Test func aPlaceIsFreeFromTheLastFullLookToTheNext() throws {
        let places = try watch([10, 10, 9, 8, 10, 9, 10])
        #expect(places.looks == 7 && places.free == 3)
        #expect(places.longestNs == 62_000_000)
    }

    /// Nobody waits, nobody is let in, or the rate is used up.
    @Test func aPlaceThatNobodyMayHaveIsNotFree() throws {
        #expect(try watch([10, 3, 3], waiting: 0).looks == 0)
        #expect(try watch([10, 3, 3], state: "paused").looks == 0)
        #expect(try watch([0, 0, 0], admittedTotal: 0).looks == 0)
        #expect(try watch([10, 3, 3], rate: "50").free == 0)
        #expect(try watch([10, 3, 3], rate: "51").free == 2)
    }

    @Test func aPauseIsNoFreePlace() throws {
        var places = try watch([10, 9])
        let paused = try #require(
            JSONValue(
                object: Array(
                    """
                    {"state":"paused","capacity":10,"rate":null,"waiting":5,"inside":2,\
                    "admittedTotal":50,"admittedLast60s":50}
                    """.utf8
                )
            )
        )
        places.note(paused, sentNs: 40_000_000, receivedNs: 42_000_000)
        #expect(places.free == 1 && places.longestNs == 22_000_000)
    }
}
