import EventLoop
import Synchronization
import TestGate
import Testing
import TestPostgres

@testable import SQL

/// A read that has waited too long by the injected clock is not done.
@Suite(.alone, .timeLimit(.minutes(1))) struct ReadExpiryTests {
    @Test func onSQLite() async throws {
        let time = HandTime()
        let begun = Count()
        var configuration = SQLiteConfiguration()
        configuration.clock = time.clock
        configuration.readProbe = { _ in begun.add() }
        try await withSQLite(configuration) { database in
            try await DatabaseContract.expiry(database, hasBegun: { begun.value > 0 }) {
                time.advance(ms: $0)
            }
        }
    }

    @Test func onPostgres() async throws {
        let time = HandTime()
        let place = try TestDatabase()
        defer { place.drop() }
        try await withPostgres(at: place.url, clock: time.clock) { database in
            // It is sent as soon as it is asked for.
            try await DatabaseContract.expiry(database, hasBegun: { true }) {
                time.advance(ms: $0)
            }
        }
    }
}

/// A clock that moves when it is told to.
private final class HandTime: Sendable {
    private let ns = Atomic<UInt64>(1)

    var clock: Clock {
        Clock(
            wallMs: { Int64(self.ns.load(ordering: .relaxed) / 1_000_000) },
            monotonicNs: { self.ns.load(ordering: .relaxed) }
        )
    }

    func advance(ms: Int) { ns.add(UInt64(ms) * 1_000_000, ordering: .relaxed) }
}

private final class Count: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add() { count.add(1, ordering: .relaxed) }
}
