import EventLoop
import Synchronization
import TestGate
import Testing

@testable import Ledger
@testable import TestKit
@testable import TestLedger

/// Who writes something can wait until a consumer of the outbox has it.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct OutboxDeliveredTests {
    @Test(arguments: Engine.allCases)
    func whatWasCommittedBeforeIsThereAfter(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let given = Given()
            let relay = await bed.relay([given.consumer()])
            for number in 1...20 {
                try await bed.write(["\(number)"])
                #expect(await relay.delivered("given", withinMs: 30_000))
                #expect(given.subjects.contains("\(number)"))
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func manyAtOnceWaitForTheirOwn(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let given = Given()
            let relay = await bed.relay([given.consumer()])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for number in 0..<5 {
                            try await bed.write(["\(writer) \(number)"])
                            #expect(await relay.delivered("given", withinMs: 30_000))
                            #expect(given.subjects.contains("\(writer) \(number)"))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func whatAnotherProcessHasDeliveredCounts() async throws {
        try await OutboxBed.with(.postgres, sides: 2) { bed in
            let given = [Given(), Given()]
            let first = await bed.relay([given[0].consumer()], side: 0)
            let second = await bed.relay([given[1].consumer()], side: 1)
            for number in 1...10 {
                try await bed.write(["\(number)"], side: number % 2)
                let relay = number % 3 == 0 ? first : second
                #expect(await relay.delivered("given", withinMs: 30_000))
                let all = given[0].subjects + given[1].subjects
                #expect(all.contains("\(number)"))
            }
        }
    }

    @Test func nobodyWaitsForAConsumerThatFails() async throws {
        try await OutboxBed.with(.sqlite) { bed in
            let given = Given()
            given.failNext(.max)
            let relay = await bed.relay([given.consumer()])
            try await bed.write(["a"])
            #expect(await !relay.delivered("given", withinMs: 30_000))
            try await until("the failure is known") {
                await relay.statistics().consumers[0].failure != nil
            }
            #expect(await !relay.delivered("given", withinMs: 30_000))
            #expect(await !relay.delivered("nobody", withinMs: 30_000))
        }
    }

    @Test func whoWaitsTooLongIsToldSo() async throws {
        try await OutboxBed.with(.sqlite) { bed in
            let isHeld = Mutex(true)
            let slow = OutboxConsumer("slow") { _ in
                // For as long as the test holds it.
                while isHeld.withLock({ $0 }) { await bed.sides[0].loop.sleep(ms: 1) }
            }
            let relay = await bed.relay([slow])
            try await bed.write(["a"])
            #expect(await !relay.delivered("slow", withinMs: 20))
            isHeld.withLock { $0 = false }
            #expect(await relay.delivered("slow", withinMs: 30_000))
        }
    }
}
