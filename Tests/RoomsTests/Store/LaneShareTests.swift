import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestRooms

/// How the outflow is shared among lanes.
@Suite(.sideBySide) struct LaneShareTests {
    private static let weights: [(lane: String, weight: Int64)] = [
        ("main", 2), ("vip", 7), ("press", 1),
    ]

    /// The most that two lanes are apart, over all beginnings of `admitted` in which each still has
    /// somebody waiting, in turns by weight beyond what fair queueing allows: not above 0.
    private func unfairness(_ admitted: [String], _ waiting: Int) -> Double {
        var counts: [String: Int] = [:]
        var worst = -Double.infinity
        for user in admitted {
            counts[String(user.prefix { $0 != "-" }), default: 0] += 1
            if counts.values.contains(where: { $0 >= waiting }) { break }
            for one in Self.weights {
                for other in Self.weights where other.lane != one.lane {
                    let ahead = Double(counts[one.lane] ?? 0) / Double(one.weight)
                    let behind = Double(counts[other.lane] ?? 0) / Double(other.weight)
                    let allowed = 1 / Double(one.weight) + 1 / Double(other.weight)
                    worst = max(worst, ahead - behind - allowed)
                }
            }
        }
        return worst
    }

    private func admitted(without missing: ScriptGuard? = nil) async throws -> [String] {
        try await RoomBed.with(without: missing) { bed in
            let named = Self.weights.dropFirst().map { (name: $0.lane, weight: $0.weight) }
            let lanes = try await LaneBed(bed, main: 2, Array(named))
            for (lane, _) in Self.weights { try await lanes.fill(lane == "main" ? nil : lane, 90) }
            var all = try await lanes.admit(1)
            // One by one, then in slices.
            for total in [2, 3, 10, 40, 270] as [Int64] { all = try await lanes.admit(total) }
            return all
        }
    }

    /// Within one turn of each other, at every instant; in strict order inside each lane; and who
    /// weighs least is not left standing.
    @Test func theOutflowIsSharedByWeight() async throws {
        let admitted = try await admitted()
        #expect(admitted.count == 270)
        #expect(unfairness(admitted, 90) <= 1e-9)
        for lane in ["main", "vip", "press"] {
            let numbers = admitted.filter { $0.hasPrefix(lane) }.count
            #expect(numbers == 90)
        }
        let light = admitted.indices.filter { admitted[$0].hasPrefix("press") }.prefix(9)
        for (index, place) in light.enumerated() { #expect(place < 10 * (index + 1) + 2) }
    }

    @Test func withoutTheFairShareItIsNot() async throws {
        let admitted = try await admitted(without: .shares)
        #expect(unfairness(admitted, 90) > 1)
    }

    /// Inside a lane whoever came first enters first.
    @Test func theOrderInsideALaneIsStrict() async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            for index in 0..<24 {
                let isMember = index % 3 == 0
                _ = try await lanes.entered(
                    "u\(index)",
                    code: isMember ? LaneBed.code(try lanes.lane("vip")) : nil
                )
            }
            let admitted = try await lanes.admit(24).compactMap { Int($0.dropFirst()) }
            let members = admitted.filter { $0 % 3 == 0 }, others = admitted.filter { $0 % 3 > 0 }
            #expect(members.count == 8 && others.count == 16)
            #expect(members == members.sorted() && others == others.sorted())
            #expect(admitted != admitted.sorted())
        }
    }

    private func afterAnEmptyLane(without missing: ScriptGuard? = nil) async throws -> Int {
        try await RoomBed.with(without: missing) { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 1)])
            try await lanes.fill(nil, 80)
            _ = try await lanes.admit(50)
            try await lanes.fill("vip", 30)
            let admitted = try await lanes.admit(70)
            return admitted.dropFirst(50).count { $0.hasPrefix("vip") }
        }
    }

    @Test func aLaneThatWasEmptyHasSavedNothingUp() async throws {
        let members = try await afterAnEmptyLane()
        #expect((9...11).contains(members), "\(members) of 20")
        let withCredit = try await afterAnEmptyLane(without: .credit)
        #expect(withCredit > 15, "\(withCredit) of 20")
    }

    /// Position and estimate count within the lane; the others' share counts for the wait.
    @Test func aPlaceIsOneInItsLane() async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 4)])
            try await lanes.fill(nil, 30)
            try await lanes.fill("vip", 9)
            let code = LaneBed.code(try lanes.lane("vip"))
            let member = try await lanes.entered("ann", code: code)
            let other = try await lanes.entered("bob")
            #expect(member.standing.ahead == 9 && member.standing.lane?.raw == "vip")
            #expect(other.standing.ahead == 30 && other.standing.lane == .main)
            for side in bed.sides {
                for visit in [member, other] {
                    let outcome = try await side.store.status(
                        ticket: visit.token,
                        user: visit.user,
                        in: lanes.room
                    )
                    guard case .visit(let seen) = outcome else {
                        Issue.record("\(outcome)")
                        continue
                    }
                    #expect(seen.standing.ahead == visit.standing.ahead)
                    #expect(seen.standing.lane == visit.standing.lane)
                }
            }
        }
    }
}
