import EventLoop
import Glibc
import Synchronization

@testable import HTTP

/// A server on a loop of its own.
struct TestServer {
    let loop: EventLoop
    let server: HTTPServer
    let port: UInt16

    static func run(
        _ configure: (inout HTTPConfiguration) -> Void = { _ in },
        routes: (EventLoop) -> [HTTPRoute],
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let loop = EventLoop.start()
        defer { loop.stop() }
        var configuration = HTTPConfiguration()
        configuration.stopGraceMs = 2_000
        configure(&configuration)
        let server = HTTPServer(configuration, routes: routes(loop), on: loop)
        let test = TestServer(loop: loop, server: server, port: try await server.start())
        do {
            try await body(test)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    func client(lastByte: UInt32 = 1) throws -> TestClient {
        guard let client = TestClient(port, lastByte: lastByte) else { throw NoConnection() }
        return client
    }

    /// Begins to stop; the loop does it whether or not the test's own thread is busy.
    func stopping() -> Task<Void, Never> {
        Task(executorPreference: loop) { await server.stop() }
    }

    struct NoConnection: Error {}

    /// Does `body` on the loop, in a turn after that of the `body` before: what streams were told
    /// there has been written. A busy machine runs both jobs in one turn otherwise.
    func onLoop<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await Task(executorPreference: loop) {
            await loop.sleep(ms: 0)
            return body()
        }.value
    }
}

/// A value that handlers on a loop and the test share.
final class Shared<Value: Sendable>: Sendable {
    private let stored: Mutex<Value>
    init(_ value: Value) { stored = Mutex(value) }
    var value: Value { stored.withLock { $0 } }
    func change(_ body: (inout sending Value) -> Void) { stored.withLock { body(&$0) } }
}

/// Keeps handlers waiting until the test lets them go.
final class Gate: Sendable {
    private let waiters = Mutex<[UnsafeContinuation<Void, Never>]>([])
    var waiting: Int { waiters.withLock { $0.count } }
    func wait() async {
        await withUnsafeContinuation { waiter in waiters.withLock { $0.append(waiter) } }
    }
    func open() {
        let all = waiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in all { waiter.resume() }
    }
}

func text(_ status: Int = 200, _ text: String) -> HTTPResponse {
    HTTPResponse(status: status, body: Array(text.utf8))
}
