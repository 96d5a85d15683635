import JSON
import TestGate
import Testing

@testable import Ledger
@testable import TestKit

/// Proof 4 of the design: `kill -9` at every step of a sale, a start, and everything adds up.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct FaultTests {
    static let ofPayment: [FaultPoint] = [
        .paymentStarted, .paymentFenced, .ledgerWritten, .ledgerCommitted, .paymentCommitted,
        .paymentSettled, .paymentEnded, .relayNumbered, .relayApplied,
    ]
    static let ofCancel: [FaultPoint] = [
        .cancelStarted, .ledgerWritten, .ledgerCommitted, .cancelCommitted, .relayNumbered,
        .relayApplied,
    ]

    @Test(arguments: ["sqlite", "postgres"], ofPayment)
    func aPaymentHappensOnceOrNotAtAll(_ engine: String, _ fault: FaultPoint) async throws {
        // PostgreSQL commits in another process: these two steps are SQLite's.
        if engine == "postgres", fault == .ledgerWritten || fault == .ledgerCommitted { return }
        try await Ground.with(engine) { ground in
            var hold = ""
            do {
                let site = try await ground.start()
                try await site.configure("door", #"{"capacity":5}"#)
                try await site.openSale("night", #""seats":5,"price":10,"room":"door""#)
                try await site.charge("ann", 100)
                _ = try await site.entered("door", as: "ann")
                hold = try await site.hold([1, 2], of: "night", as: "ann")
            }
            let dying = try await ground.start(fault)
            // The relay's steps come after the answer: it may be there before the end is.
            _ = try? await dying.pay(hold, as: "ann", key: "k")
            #expect(try await dying.process.exit() == -9)
            let site = try await ground.start()
            let answer = try await site.pay(hold, as: "ann", key: "k")
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.json?["balance"]?.integer == 80)
            #expect(try await site.balance("ann") == 80)
            try await until("the seats are sold") {
                try await site.seats("night") == ["sold", "sold", "free", "free", "free"]
            }
            #expect(try await site.pay(hold, as: "ann", key: "other").status == 409)
            let paid = try await site.get("/users/me/payments", as: "ann").json?.array
            #expect(paid?.count == 1)
            try await ground.audit()
        }
    }

    @Test(arguments: ["sqlite", "postgres"], ofCancel)
    func aCancelHappensOnce(_ engine: String, _ fault: FaultPoint) async throws {
        if engine == "postgres", fault == .ledgerWritten || fault == .ledgerCommitted { return }
        try await Ground.with(engine) { ground in
            var payment = ""
            do {
                let site = try await ground.start()
                try await site.openSale("night", #""seats":3,"price":10"#)
                try await site.charge("ann", 100)
                let hold = try await site.hold([1, 2], of: "night", as: "ann")
                let paid = try await site.pay(hold, as: "ann", key: "k")
                payment = try #require(paid.json?["payment"]?.string)
                // The relay is through with what came before.
                try await ground.audit()
            }
            let dying = try await ground.start(fault)
            _ = try? await dying.post("/payments/\(payment)/cancel", as: "ann", key: "c")
            #expect(try await dying.process.exit() == -9)
            let site = try await ground.start()
            let answer = try await site.post("/payments/\(payment)/cancel", as: "ann", key: "c")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json?["balance"]?.integer == 100)
            try await until("the seats are free") {
                try await site.seats("night") == ["free", "free", "free"]
            }
            try await ground.audit()
        }
    }
}
