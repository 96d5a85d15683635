import EventLoop
import HTTP
import JSON
import SQL
import Values

/// The paths of Onsale's contract that the comparison needs, with the same documents.
struct Routes: Sendable {
    let pool: ConnectionPool
    private let clock: Clock
    /// What a waiting visitor is told: the next admission is so far away.
    let pollAfterMs: Int

    init(_ pool: ConnectionPool, clock: Clock, pollAfterMs: Int) {
        self.pool = pool
        self.clock = clock
        self.pollAfterMs = pollAfterMs
    }

    var all: [HTTPRoute] {
        [
            route(.put, "/admin/v1/rooms/{room}", putRoom),
            route(.post, "/admin/v1/rooms/{room}/sessions/{user}/done", done),
            route(.post, "/api/v1/rooms/{room}/tickets", enter),
            route(.get, "/api/v1/rooms/{room}/tickets/me", status),
            route(.delete, "/api/v1/rooms/{room}/tickets/me", leave),
            route(.put, "/admin/v1/performances/{performance}", putPerformance),
            route(.get, "/api/v1/performances/{performance}/seats", seats),
            route(.post, "/api/v1/performances/{performance}/holds", hold),
            route(.get, "/healthz", alive),
        ]
    }

    private func route(
        _ method: HTTPMethod,
        _ pattern: String,
        _ answer: @escaping @Sendable (HTTPRequest) async throws(Refusal) -> HTTPResponse
    ) -> HTTPRoute {
        HTTPRoute(method, pattern) { request in
            do throws(Refusal) { return try await answer(request) } catch { return error.response }
        }
    }

    /// It listens only when its tables are there.
    private func alive(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        HTTPResponse(status: 200)
    }

    // MARK: What all of them need

    var nowMs: Int64 { clock.wallMs() }

    func transaction(_ statements: [SQL]) async throws(Refusal) -> [SQLResult] {
        do { return try await pool.transaction(statements) } catch { throw .sql(error) }
    }

    func rows(_ statement: SQL) async throws(Refusal) -> [SQLRow] {
        do { return try await pool.rows(statement) } catch { throw .sql(error) }
    }

    /// What reads the columns of a row.
    func reading<Value>(_ read: () throws(SQLError) -> Value) throws(Refusal) -> Value {
        do { return try read() } catch { throw .sql(error) }
    }

    func user(_ request: HTTPRequest) throws(Refusal) -> String {
        guard let user = request.header("X-User-Id"), (1...128).contains(user.utf8.count) else {
            throw .unauthenticated
        }
        return user
    }

    /// The fields of the body, whatever reads them.
    func fields<Value>(
        _ request: HTTPRequest,
        _ allowed: [String],
        _ read: (JSONObjectReader) throws(JSONFieldError) -> Value
    ) throws(Refusal) -> Value {
        let json: JSONValue
        do { json = try JSONValue.parse(request.body) } catch { throw .invalid("body: \(error)") }
        do throws(JSONFieldError) {
            return try read(JSONObjectReader(json, allowed: allowed))
        } catch {
            throw .invalid("\(error)")
        }
    }
}
