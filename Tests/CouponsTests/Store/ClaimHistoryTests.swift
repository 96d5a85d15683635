import Redis
import Synchronization
import TestGate
import Testing
import Values

@testable import Coupons
@testable import TestKit
@testable import TestLedger

/// Random histories: claims from two processes, the ledger away or silent, Redis emptied, the
/// quantity raised. Whatever anybody was told must stay true.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct ClaimHistoryTests {
    @Test(arguments: Engine.allCases, [1, 2, 3, 4, 5, 6])
    func whatWasToldStaysTrue(_ engine: Engine, _ part: UInt64) async throws {
        let seed = UInt64.random(in: 0..<1_000_000) * 10 + part
        try await CouponBed.with(engine, virtualTime: true) { bed in
            let history = ClaimHistory(bed, seed: seed)
            for _ in 0..<60 { try await history.step() }
            try await history.end()
            #expect(history.faults == [], "seed \(seed)")
            #expect(await bed.broken() == [], "seed \(seed)")
        }
    }
}

/// One history, and what everybody was told in it.
private final class ClaimHistory: Sendable {
    private struct State {
        var random: SeededRandom
        var told: [String: Int64] = [:]
        /// Who saw a yes.
        var issued: Set<String> = []
        var faults: [String] = []
        var quantity: Int64 = 10
        var nowMs = CouponBed.startMs
    }

    private let bed: CouponBed
    private let state: Mutex<State>

    init(_ bed: CouponBed, seed: UInt64) {
        self.bed = bed
        state = Mutex(State(random: SeededRandom(seed)))
    }

    var faults: [String] { state.withLock { $0.faults } }

    private func below(_ limit: Int) -> Int {
        state.withLock { Int.random(in: 0..<limit, using: &$0.random) }
    }

    func step() async throws {
        switch below(10) {
        case 0:
            try await passTime(ms: 1)
            _ = try await bed.redis.send("FLUSHALL")
            try await passTime(ms: 1)
        case 1:
            let quantity = state.withLock { state -> Int64 in
                state.quantity += 1
                return state.quantity
            }
            try await bed.put(quantity, by: below(2))
        case 2, 3: try await withTrouble { try await claims() }
        default: try await claims()
        }
    }

    /// A side's ledger is away, or commits and does not say so.
    private func withTrouble(_ body: () async throws -> Void) async throws {
        if state.withLock({ $0.told.isEmpty }) { try await bed.put(10) }
        let ledger = bed.sides[below(2)].ledger
        if below(2) == 0 { ledger.isAway = true } else { ledger.isAnswerLost = true }
        try await body()
        ledger.isAway = false
        ledger.isAnswerLost = false
        try await passTime(ms: 3_000)
    }

    private func passTime(ms: Int64) async throws {
        let now = state.withLock { state -> Int64 in
            state.nowMs += ms
            return state.nowMs
        }
        try await bed.set(clockMs: now)
    }

    private func claims() async throws {
        let users = (0...below(6)).map { _ in "u\(below(40))" }
        let before = state.withLock { Set($0.told.keys) }
        _ = try await together(users.count) { [self] index in
            guard let outcome = try? await bed.claim(users[index], by: index) else { return }
            note(users[index], outcome, toldBefore: before)
        }
    }

    /// Of claims that go on together, the order in which they are noted says nothing.
    private func note(_ user: String, _ outcome: ClaimOutcome, toldBefore: Set<String>) {
        state.withLock { state in
            let number: Int64
            switch outcome {
            case .issued(let claim):
                // A yes that was told before is told as "already".
                if !state.issued.insert(user).inserted || toldBefore.contains(user) {
                    state.faults.append("\(user) twice")
                }
                number = claim.sequence
            case .alreadyClaimed(let known): number = known
            case .soldOut:
                if state.told[user] != nil { state.faults.append("\(user) has none any more") }
                return
            default: return
            }
            if let before = state.told[user], before != number {
                state.faults.append("\(user) had \(before), now \(number)")
            }
            if state.told.contains(where: { $0.value == number && $0.key != user }) {
                state.faults.append("number \(number) of two")
            }
            state.told[user] = number
        }
    }

    /// Everybody claims until all are issued; all numbers are out then.
    func end() async throws {
        try await bed.put(state.withLock { $0.quantity })
        for index in 0..<100 {
            let user = "u\(index)"
            let before = state.withLock { Set($0.told.keys) }
            note(user, try await bed.claim(user, by: index), toldBefore: before)
        }
        state.withLock { state in
            let numbers = state.told.values.sorted()
            if numbers != Array(1...state.quantity) { state.faults.append("numbers \(numbers)") }
        }
    }
}
