import Foundation
import JSON
import TestGate
import Testing

/// Proofs 1 and 3 of the design through the front door: one process on SQLite, two on PostgreSQL.
@Suite(.sideBySide, .saleBeds, .timeLimit(.minutes(3))) struct SaleRaceTests {
    private static let buyers = 40

    /// Everybody wants `seats(index)` and pays at the other process; answers the sold seats.
    private func rush(
        _ bed: SaleBed,
        _ night: String,
        _ seats: @escaping @Sendable (Int) -> [Int]
    ) async throws -> [Int] {
        try await bed.site.openSale(night, #""seats":10,"price":10"#)
        return try await withThrowingTaskGroup(of: [Int].self) { group in
            for index in 0..<Self.buyers {
                group.addTask {
                    let user = "\(night)-\(index)"
                    let (first, second) =
                        index % 2 == 0
                        ? (bed.site, bed.other) : (bed.other, bed.site)
                    try await first.charge(user, 100)
                    let held = try? await first.hold(seats(index), of: night, as: user)
                    guard let held else { return [] }
                    let answer = try await second.pay(held, as: user, key: "k")
                    guard answer.status == 201 else { return [] }
                    let paid = answer.json?["seats"]?.array?.compactMap { $0.integer } ?? []
                    #expect(try await first.balance(user) == Int64(100 - 10 * paid.count))
                    return paid.map { Int($0) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test(arguments: LedgerEngine.allCases)
    func oneOfFortyGetsTheSeat(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        #expect(try await rush(bed, ServerBed.room()) { _ in [7] } == [7])
    }

    @Test(arguments: LedgerEngine.allCases)
    func overlappingPairsInOppositeOrderShareNothing(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        let pairs = [[1, 2], [3, 2], [3, 4], [4, 1]]
        let sold = try await rush(bed, ServerBed.room()) { pairs[$0 % 4] }
        #expect(!sold.isEmpty && Set(sold).count == sold.count, "\(sold)")
    }

    @Test(arguments: LedgerEngine.allCases)
    func fiftyTimesOneKeyIsOnePayment(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        let night = ServerBed.room()
        try await bed.site.openSale(night, #""seats":10,"price":10"#)
        try await bed.site.charge(night, 100)
        let hold = try await bed.other.hold([1, 2], of: night, as: night)
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for index in 0..<50 {
                group.addTask {
                    try await (index % 2 == 0 ? bed.site : bed.other)
                        .pay(hold, as: night, key: "k")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let paid = answers.filter { $0.status == 201 }
        #expect(!paid.isEmpty && Set(paid.map(\.text)).count == 1)
        #expect(answers.allSatisfy { $0.status == 201 || $0.code == "in_progress" })
        #expect(try await bed.other.balance(night) == 80)
    }
}
