import EventLoop
import Redis
import TestGate
import Testing

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct PipelineTests {
    @Test func repliesFindTheirCallersUnderThousandsOfCalls() async throws {
        try await withConnection { connection, _, loop in
            let wrong = try await loop.run {
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for index in 0..<4_000 {
                        group.addTask(executorPreference: loop) {
                            try await connection.send("ECHO", "\(index)").int != index
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
            }
            #expect(wrong == 0)
        }
    }

    /// From tasks that do not prefer the loop: each call of theirs is enqueued anew, also from one
    /// function of the connection to the next, and so others come between.
    @Test func repliesFindCallersThatAreAtHomeElsewhere() async throws {
        try await withConnection { connection, _, _ in
            let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<1_000 {
                    group.addTask { try await connection.send("ECHO", "\(index)").int != index }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wrong == 0)
        }
    }

    @Test func commandsRunInTheOrderOfTheirCalls() async throws {
        try await withConnection { connection, _, loop in
            try await loop.run {
                await withTaskGroup(of: Void.self) { group in
                    for index in 0..<1_000 {
                        group.addTask(executorPreference: loop) {
                            _ = try? await connection.send("RPUSH", "list", "\(index)")
                        }
                    }
                }
            }
            let list = try await connection.send("LRANGE", "list", "0", "-1")
            #expect(list.array?.map(\.int) == (0..<1_000).map { $0 })
        }
    }

    @Test func theCommandsOfATurnLeaveInOneWrite() async throws {
        try await withConnection { connection, _, loop in
            let before = await connection.statistics()
            try await loop.run {
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<500 {
                        group.addTask(executorPreference: loop) {
                            _ = try? await connection.send("PING")
                        }
                    }
                }
            }
            let after = await connection.statistics()
            #expect(after.roundTrips - before.roundTrips == 500)
            #expect(after.writes - before.writes == 1)
        }
    }

    @Test func aRoundTripNeverLeavesTheLoop() async throws {
        try await withConnection { connection, _, loop in
            let foreign = try await loop.run {
                let before = loop.statistics.foreignEnqueues
                for _ in 0..<1_000 { _ = try await connection.send("PING") }
                return loop.statistics.foreignEnqueues - before
            }
            #expect(foreign == 0)
        }
    }

    @Test func aFullQueueRefusesAtOnce() async throws {
        var configuration = RedisConfiguration()
        configuration.pendingMax = 10
        try await withConnection(configuration: configuration) { connection, _, loop in
            let refused = try await loop.run {
                await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<25 {
                        group.addTask(executorPreference: loop) {
                            await connection.failure(of: "PING")
                                == .queueFull(limit: 10)
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
            }
            #expect(refused == 15)
            #expect(await connection.statistics().refused == 15)
            #expect(try await connection.send("PING").string == "PONG")
        }
    }

    @Test func aCommandLargerThanTheSocketsBufferArrivesWhole() async throws {
        try await withConnection { connection, _, _ in
            let big = [UInt8](repeating: 7, count: 8 << 20)
            _ = try await connection.send([.string("SET"), .string("big"), .bytes(big)])
            #expect(try await connection.send("STRLEN", "big").int == big.count)
            #expect(try await connection.send("GET", "big") == .bytes(big))
        }
    }

    @Test func theStatisticsCountWhatWasDone() async throws {
        try await withConnection { connection, _, _ in
            let before = await connection.statistics()
            for _ in 0..<10 { _ = try await connection.send("PING") }
            let after = await connection.statistics()
            #expect(after.roundTrips - before.roundTrips == 10)
            #expect(after.latencyCounts.reduce(0, +) == after.roundTrips)
            #expect(after.latencySumNs > before.latencySumNs)
            #expect(after.inFlight == 0)
            #expect((after + before).roundTrips == after.roundTrips + before.roundTrips)
        }
    }
}
