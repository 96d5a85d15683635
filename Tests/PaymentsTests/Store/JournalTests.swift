import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Points
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Proof 12 of the design: the journal explains every balance, after any history.
@Suite(.sideBySide) struct JournalTests {
    /// Charges and payments of one user at the same time, from two processes: nothing is lost.
    @Test(arguments: Engine.allCases)
    func chargeAndPayAtOnceLoseNothing(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open(maxSeatsPerUser: 50, price: 10)
            try await bed.charge(ann, 500)
            var holds: [Hold] = []
            for seat in 1...40 { holds.append(try await bed.hold([seat], for: ann)) }
            let all = holds
            _ = try await together(80) { index in
                if index % 2 == 0 {
                    _ = try await bed.receipt(all[index / 2], ann, key: "p\(index)", by: index)
                } else {
                    let attempt = bed.attempt(ann, "c\(index)")
                    _ = try await bed.at(index / 2).points.charge(7, by: attempt)
                }
            }
            #expect(try await bed.first.points.balance(of: ann) == 500 - 400 + 280)
            #expect(await bed.broken() == [])
        }
    }

    /// A payment finds no account, and before it has ended the user's first points are there: it
    /// takes them or is refused, and never has the seats for nothing.
    @Test func theFirstPointsComeInTheMiddleOfAPayment() async throws {
        try await SaleBed.with(.postgres) { bed in
            let ann = try user("ann")
            try await bed.open(price: 70)
            let hold = try await bed.hold([1], for: ann)
            // The statements of a payment are prepared: to prepare one waits for its table, too.
            let bob = try user("bob")
            try await bed.charge(bob, 70)
            _ = try await bed.receipt(try await bed.hold([2], for: bob), bob)
            let session = try PsqlSession(#require(bed.ledgerURL))
            defer { session.end() }
            try session.say(
                """
                begin;
                lock table transfers in exclusive mode;
                insert into accounts values ('user:ann', 100);
                insert into transfers (debit, credit, amount, kind, reference, at_ms)
                  values ('house:issued', 'user:ann', 100, 'charge', 'x', 1);
                """
            )
            try await until("it is open") {
                try await bed.number(
                    """
                    select count(*) from pg_stat_activity where datname = current_database()
                      and state = 'idle in transaction' and query like 'insert into transfers%'
                    """
                ) == 1
            }
            async let outcome = bed.first.payments.pay(
                hold.token,
                by: bed.attempt(ann, "p")
            )
            try await until("the payment waits") {
                try await bed.number(
                    """
                    select count(*) from pg_stat_activity where datname = current_database()
                      and wait_event_type = 'Lock' and query like 'insert into transfers%'
                    """
                ) == 1
            }
            try session.say("commit;")
            _ = try await outcome
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that: who reads the balance, thinks, and writes it back, loses points.
    @Test(arguments: Engine.allCases)
    func aBalanceThatIsWrittenBackLosesPoints(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.charge(ann, 1)
            _ = try await together(40) { index in
                let database = bed.sides[index % 2].database
                let old = try await bed.number("select balance from accounts")
                _ = try await database.commit(["update accounts set balance = \(old + 1)"])
            }
            #expect(try await bed.first.points.balance(of: ann) < 41)
            #expect(await bed.broken().map(\.promise).contains { $0.hasPrefix("a balance is") })
        }
    }

    @Test(arguments: Engine.allCases)
    func aBalanceStopsAtTheLargestExactNumber(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.charge(ann, Points.max)
            let more = try await bed.first.points.charge(1, by: bed.attempt(ann, "more"))
            #expect(more == .refused(.balanceLimit))
            #expect(try await bed.first.points.balance(of: ann) == Points.max)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases, [11, 12, 13] as [UInt64])
    func everyHistoryAddsUp(_ engine: Engine, _ seed: UInt64) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try (0..<6).map { try user("u\($0)") }
            try await bed.open(seats: 12, price: 100)
            _ = try await together(8) { worker in
                var random = SeededRandom(seed &* 100 &+ UInt64(worker))
                for step in 0..<30 {
                    let user = users[Int.random(in: 0..<6, using: &random)]
                    let key = "w\(worker)-\(step)"
                    try await self.step(bed, user, key, worker, &random)
                }
            }
            #expect(await bed.broken() == [], "seed \(seed)")
            let sold = try await bed.number("select count(*) from sold_seats")
            #expect(try await bed.map().count { $0 == "s" } == Int(sold), "seed \(seed)")
        }
    }

    private func step(
        _ bed: SaleBed,
        _ user: UserID,
        _ key: String,
        _ side: Int,
        _ random: inout SeededRandom
    ) async throws {
        let own = bed.at(side)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2:
            let amount = Int64.random(in: 1...300, using: &random)
            _ = try await own.points.charge(amount, by: bed.attempt(user, key))
        case 3...7:
            let seats = Set((0..<2).map { _ in Int.random(in: 1...12, using: &random) }).sorted()
            let outcome = try await own.seats.hold(seats, of: SaleBed.evening, for: user)
            guard case .held(let hold) = outcome else { return }
            if Int.random(in: 0..<4, using: &random) == 0 {
                _ = try await own.seats.release(hold.token, for: user)
            }
            _ = try await bed.pay(hold, user, key: key, by: side + 1)
        default:
            let paid = try await own.payments.payments(of: user).entries
            guard let payment = paid.randomElement(using: &random) else { return }
            _ = try await bed.cancel(payment.id, user, key: key, by: side)
        }
    }
}
