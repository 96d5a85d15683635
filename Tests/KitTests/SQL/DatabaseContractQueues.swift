import SQL
import Testing

@testable import TestKit

/// What a reader's queue does: no list delays an answer, and nothing is read for nobody.
extension DatabaseContract {
    static let queues = [
        DatabaseContract("an answer does not wait for a list") { database in
            // Where the machine stalls the answer for longer than the list takes: again.
            for _ in 0..<5 {
                let before = await database.statistics().reads
                let list = Task.immediate { try await database.read([.slow], as: .list) }
                // It is before the answer.
                #expect(await eventually { await database.statistics().readsPending == 1 })
                #expect(try await database.numbers("select 1") == [1])
                let done = await database.statistics().reads - before
                _ = try await list.value
                if done == 1 { return }
            }
            Issue.record("an answer came after the list that was asked for before")
        },

        DatabaseContract("a list that nobody waits for is not read") { database in
            let first = Task.immediate { try await database.read([.slow], as: .list) }
            let before = await database.statistics()
            let others = (0..<50).map { _ in
                Task.immediate { await database.failure(ofReading: ["select 1"], as: .list) }
            }
            for other in others { other.cancel() }
            _ = try await first.value
            for other in others { #expect(await other.value?.isUnavailable == true) }
            let after = await database.statistics()
            #expect(after.readsAbandoned - before.readsAbandoned == 50)
            #expect(after.reads - before.reads == 1)
            // Those behind them are.
            #expect(await database.failure(ofReading: ["select 1"], as: .list) == nil)
        },

        DatabaseContract("a task that was cancelled before reads nothing") { database in
            let failure = await Task {
                withUnsafeCurrentTask { unsafe $0?.cancel() }
                return await database.failure(ofReading: ["select 1"], as: .answer)
            }.value
            #expect(failure?.isUnavailable == true)
            #expect(await database.statistics().reads == 0)
        },
    ]

    /// For a database whose clock `advance` moves; `hasBegun` tells that a read is under way.
    static func expiry(
        _ database: any Database,
        hasBegun: () -> Bool,
        _ advance: (Int) -> Void
    ) async throws {
        func arePending(_ count: Int) async -> Bool {
            await eventually { await database.statistics().readsPending == count }
        }
        let first = Task.immediate { try await database.read([.slow], as: .list) }
        #expect(await eventually { hasBegun() })
        #expect(await arePending(1))
        let late = (0..<3).map { _ in
            Task.immediate { await database.failure(ofReading: ["select 1"], as: .list) }
        }
        #expect(await arePending(4))
        advance(ReadLimits.waitMaxMs - 1)
        let inTime = Task.immediate {
            await database.failure(ofReading: ["select 1"], as: .list)
        }
        #expect(await arePending(5))
        advance(1)
        _ = try await first.value
        for read in late { #expect(await read.value?.isBusy == true) }
        #expect(await inTime.value == nil)
        #expect(await database.statistics().readsExpired == 3)
    }
}

extension SQL {
    /// Half a second's work for either engine.
    fileprivate static let slow: SQL = """
        with recursive numbers (n) as (
          select cast(1 as bigint) union all select n + 1 from numbers where n < 2000000
        )
        select count(*) from numbers
        """
}

extension Database {
    fileprivate func failure(ofReading statements: [SQL], as kind: ReadClass) async -> SQLError? {
        do throws(SQLError) {
            _ = try await read(statements, as: kind)
            return nil
        } catch {
            return error
        }
    }
}
