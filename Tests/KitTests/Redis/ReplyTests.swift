import Redis
import TestGate
import Testing

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ReplyTests {
    @Test func everyKindOfReplyIsCopied() async throws {
        try await withConnection { connection, _, _ in
            #expect(try await connection.send("GET", "none") == .null)
            #expect(try await connection.send("SET", "k", "") == .bytes([UInt8]("OK".utf8)))
            #expect(try await connection.send("GET", "k") == .bytes([]))
            #expect(try await connection.send("DECR", "n") == .integer(-1))
            #expect(try await connection.send("LRANGE", "none", "0", "-1") == .array([]))
            let nested = try await connection.send(
                "EVAL",
                "return {1, 'two', {3, {false, {}}}, redis.error_reply('OOPS here')}",
                "0"
            )
            #expect(
                nested
                    == .array([
                        .integer(1), .bytes([UInt8]("two".utf8)),
                        .array([.integer(3), .array([.null, .array([])])]),
                        .error("OOPS here"),
                    ])
            )
        }
    }

    @Test func anErrorReplyIsThrownAndHarmsNothingElse() async throws {
        try await withConnection { connection, _, _ in
            let error = await connection.failure(of: "NOSUCH")
            guard case .server(let text) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(text.hasPrefix("ERR unknown command"))
            let pong = try await connection.send("PING")
            #expect(pong.string == "PONG")
        }
    }

    @Test func aBigReplyArrivesWhole() async throws {
        try await withConnection { connection, _, _ in
            let reply = try await connection.send("EVAL", "return string.rep('x', 1048576)", "0")
            #expect(reply.string?.utf8.count == 1_048_576)
        }
    }

    /// hiredis cannot read deeper than seven; the connection has to survive the attempt.
    @Test func aReplyNestedTooDeepCostsTheConnectionNotTheProcess() async throws {
        try await withConnection { connection, _, _ in
            let deep = "return {{{{{{{{{{1}}}}}}}}}}"
            #expect(await connection.failure(of: "EVAL", deep, "0") == .closed)
            #expect(await connection.lastFailure?.contains("nested") == true)
            #expect(await connection.whenConnected(timeoutMs: 5_000))
            let pong = try await connection.send("PING")
            #expect(pong.string == "PONG")
        }
    }

    @Test func argumentsKeepTheirBytes() async throws {
        try await withConnection { connection, _, _ in
            let bytes: [UInt8] = [0, 13, 10, 255, 36]
            _ = try await connection.send([[UInt8]("SET".utf8), [UInt8]("b".utf8), bytes])
            #expect(try await connection.send("GET", "b") == .bytes(bytes))
            for number in [0, 9, 10, -1, 1_234_567_890, Int.max, Int.min] {
                let echo = try await connection.send([.string("ECHO"), .int(number)])
                #expect(echo.int == number)
            }
            #expect(try await connection.send("ECHO", "좌석").string == "좌석")
            #expect(try await connection.send("ECHO", "").string == "")
        }
    }

    @Test func numbersAreReadFromTextToo() {
        #expect(RedisValue.bytes([UInt8]("-12".utf8)).int == -12)
        #expect(RedisValue.bytes([UInt8]("twelve".utf8)).int == nil)
        #expect(RedisValue.null.int == nil)
        #expect(RedisValue.null.isNull)
    }
}
