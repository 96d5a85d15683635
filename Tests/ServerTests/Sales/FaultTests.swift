import Foundation
import JSON
import Store
import TestPostgres
import TestRedis
import Testing

/// Proof 4 of the design: `kill -9` at every step of a sale, a start, and everything adds up.
@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    static let ofPayment: [FaultPoint] = [
        .paymentStarted, .paymentFenced, .ledgerWritten, .ledgerCommitted, .paymentCommitted,
        .paymentSettled, .paymentEnded, .relayNumbered, .relayApplied,
    ]
    static let ofCancel: [FaultPoint] = [
        .cancelStarted, .ledgerWritten, .ledgerCommitted, .cancelCommitted, .relayNumbered,
        .relayApplied,
    ]

    /// A data folder, a Redis and a ledger that outlive the servers on them.
    private struct Ground {
        let data: String
        let arguments: [String]

        func start(_ fault: FaultPoint? = nil) async throws -> Site {
            var environment: [String: String] = [:]
            environment["ONSALE_FAULT"] = fault?.rawValue
            return try await Site.start(data: data, arguments, environment: environment)
        }

        /// Every line of the audit holds.
        func audit() async throws {
            let process = try OnsaleProcess(["audit", "--data", data] + arguments)
            let code = try await process.exit()
            #expect(code == 0, "\(process.output)\(process.errors)")
            let lines = process.output.split(separator: "\n")
            #expect(lines.count > 8 && lines.allSatisfy { $0.hasPrefix("ok ") }, "\(lines)")
        }

        static func with(_ engine: String, _ body: (Ground) async throws -> Void) async throws {
            try await withFolder { data in
                let redis = try TestRedis(options: ["--appendonly", "yes"])
                defer { redis.stop() }
                var arguments = ["--redis", "unix:\(redis.socketPath)"]
                let database = engine == "postgres" ? try TestDatabase() : nil
                defer { database?.drop() }
                if let database { arguments += ["--ledger", database.url] }
                try await body(Ground(data: data, arguments: arguments))
            }
        }
    }

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
