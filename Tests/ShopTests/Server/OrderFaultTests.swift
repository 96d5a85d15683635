import JSON
import TestGate
import Testing

@testable import Ledger

/// Proof 4 of the design for orders: `kill -9` at every step, a start, and everything adds up.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct OrderFaultTests {
    static let ofOrder: [FaultPoint] = [
        .orderStarted, .ledgerWritten, .ledgerCommitted, .orderCommitted, .relayNumbered,
        .relayApplied,
    ]
    static let ofCancel: [FaultPoint] = [
        .cancelStarted, .ledgerWritten, .ledgerCommitted, .cancelCommitted, .relayNumbered,
        .relayApplied,
    ]

    @Test(arguments: ["sqlite", "postgres"], ofOrder)
    func anOrderHappensOnceOrNotAtAll(_ engine: String, _ fault: FaultPoint) async throws {
        // PostgreSQL commits in another process: these two steps are SQLite's.
        if engine == "postgres", fault == .ledgerWritten || fault == .ledgerCommitted { return }
        try await Ground.with(engine) { ground in
            do {
                let site = try await ground.start()
                for name in ["mug", "tee"] { try await site.supply(name, 5) }
                try await site.charge("ann", 100)
            }
            let dying = try await ground.start(fault)
            // The relay's steps come after the answer: it may be there before the end is.
            _ = try? await dying.order("tee 2, mug 1", as: "ann")
            #expect(try await dying.process.exit() == -9)
            let site = try await ground.start()
            let answer = try await site.order("tee 2, mug 1", as: "ann")
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.json?["balance"]?.integer == 70)
            #expect(try await site.balance("ann") == 70)
            #expect(try await site.stock("tee") == 3)
            #expect(try await site.stock("mug") == 4)
            #expect(try await site.get("/users/me/orders", as: "ann").json?.array?.count == 1)
            try await ground.audit()
        }
    }

    @Test(arguments: ["sqlite", "postgres"], ofCancel)
    func aCancelHappensOnce(_ engine: String, _ fault: FaultPoint) async throws {
        if engine == "postgres", fault == .ledgerWritten || fault == .ledgerCommitted { return }
        try await Ground.with(engine) { ground in
            var path = ""
            do {
                let site = try await ground.start()
                for name in ["mug", "tee"] { try await site.supply(name, 5) }
                try await site.charge("ann", 100)
                let paid = try await site.order("tee 2, mug 1", as: "ann")
                path = "/orders/\(try #require(paid.json?["order"]?.string))/cancel"
                // The relay is through with what came before.
                let events = "/admin/v1/events?after=1"
                let client = try HTTPClient(site.port)
                client.send("GET", events, ["Authorization": "Bearer \(site.adminKey)"])
                _ = try await client.take(through: "id: 2\n")
                try await ground.audit()
            }
            let dying = try await ground.start(fault)
            _ = try? await dying.post(path, as: "ann", key: "c")
            #expect(try await dying.process.exit() == -9)
            let site = try await ground.start()
            let answer = try await site.post(path, as: "ann", key: "c")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json?["balance"]?.integer == 100)
            for name in ["mug", "tee"] { #expect(try await site.stock(name) == 5) }
            try await ground.audit()
        }
    }
}
