import EventLoop
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

/// Answers whose head is written down once and whose body is written anew.
@Suite(.alone) struct AnswerPoolTests {
    private static let head = HTTPHead(
        contentType: "application/json",
        headers: [HTTPHeader("Cache-Control", "no-store")]
    )

    /// Requests that wait for an answer; the loop's own.
    private final class Waiting: @unchecked Sendable {
        var requests: [HTTPRequest] = []

        func answerAll() {
            for request in requests {
                let body = Array(request.parameter("text").utf8)
                request.answer(HTTPResponse(status: 200, head: AnswerPoolTests.head, body: body))
            }
            requests = []
        }
    }

    /// All answers of a turn are written before the first is sent.
    @Test func eachIsSentItsOwnBody() async throws {
        let waiting = Waiting()
        let routes = [HTTPRoute.calling(.get, "/{text}") { waiting.requests.append($0) }]
        try await TestServer.run(routes: { _ in routes }) { server in
            let clients = try (0..<40).map { _ in try server.client() }
            for round in 0..<3 {
                for (number, client) in clients.enumerated() {
                    client.send("GET /\(round)-\(number + 10) HTTP/1.1\r\nHost: t\r\n\r\n")
                }
                #expect(await eventually { await server.onLoop { waiting.requests.count } == 40 })
                await server.onLoop { waiting.answerAll() }
                for (number, client) in clients.enumerated() {
                    let answer = client.answer()
                    #expect(answer?.body == "\(round)-\(number + 10)")
                    #expect(answer?.header("Content-Type") == "application/json")
                    #expect(answer?.header("Cache-Control") == "no-store")
                }
            }
        }
    }

    @Test func lengthsHeadersAndEndsAreEachAnswersOwn() async throws {
        let routes = [
            HTTPRoute(.get, "/{text}") { request in
                let body = Array(request.parameter("text").utf8)
                var response = HTTPResponse(status: 202, head: Self.head, body: body)
                if body == Array("more".utf8) { response.headers.append(HTTPHeader("X-More", "y")) }
                return response
            }
        ]
        try await TestServer.run(routes: { _ in routes }) { server in
            let client = try server.client()
            for count in [1, 4, 900, 1_024, 1_025, 3_000, 4, 1] {
                let text = String(repeating: "x", count: count)
                let answer = client.request("GET", "/\(text)")
                #expect(answer?.status == 202 && answer?.body == text)
                #expect(client.request("HEAD", "/\(text)")?.header("Content-Length") == "\(count)")
            }
            #expect(client.request("GET", "/more")?.header("X-More") == "y")
            #expect(client.request("GET", "/less")?.header("X-More") == nil)
        }
    }

    @Test func oneThatIsBackIsLentAgain() throws {
        var pool = AnswerPool()
        let first = try Self.lent(&pool, "first")
        let second = try Self.lent(&pool, "first")
        #expect(first !== second)
        pool.giveBack(first)
        let third = try Self.lent(&pool, "third")
        #expect(third === first)
        pool.giveBack(first)
        let longer = try Self.lent(&pool, "longer")
        #expect(longer !== first)
        let other = HTTPHead(contentType: "text/plain", headers: [])
        let others = try Self.lent(&pool, "first", other)
        #expect(others !== first)
    }

    @Test func thePoolKeepsSoMany() throws {
        var pool = AnswerPool()
        let all = try (0..<257).map { _ in try Self.lent(&pool, "x") }
        for answer in all { pool.giveBack(answer) }
        // The last found it full, and it was emptied.
        let last = try Self.lent(&pool, "x")
        #expect(last === all[256])
        let made = try Self.lent(&pool, "x")
        #expect(!all.contains { $0 === made })
    }

    @Test func whatIsEmptyOrLongIsMadeForItself() {
        var pool = AnswerPool()
        let isEmptyLent = pool.lend(Self.head, []) != nil
        let isLongLent = pool.lend(Self.head, Array(repeating: 1, count: 1_025)) != nil
        #expect(!isEmptyLent && !isLongLent)
    }

    private static func lent(
        _ pool: inout AnswerPool,
        _ text: String,
        _ head: HTTPHead = head
    ) throws -> LentAnswer {
        let answer = pool.lend(head, Array(text.utf8))
        return try #require(answer)
    }
}
