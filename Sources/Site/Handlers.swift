import Engines
import EventLoop
import HTTP
import JSON

/// The HTTP side of one capability on one loop: its stores, and a method for each route.
///
/// A final class, which the closures of its routes capture.
package protocol Handlers: AnyObject, Sendable {
    var site: Site { get }
    /// Every path that it answers.
    static var table: [Route<Self>] { get }
    /// Its part of the contract for programs: a file under Sources. nil: its paths are for people.
    static var openAPI: String? { get }
    /// What its pages load; served besides the table.
    static var assets: [PageAsset] { get }
    /// Begins what runs besides requests.
    func start() async
}

extension Handlers {
    package static var openAPI: String? { nil }
    package static var assets: [PageAsset] { [] }
    package func start() async {}

    /// The table, and the files.
    package static var endpoints: [Endpoint] { table.map(\.endpoint) + assets.map(\.endpoint) }

    /// The same, answered by this loop.
    package var routes: [HTTPRoute] {
        Self.table.map { route in
            switch route.way {
            case .task(let handler): site.route(route.endpoint, handler(self))
            case .call(let responder): site.route(route.endpoint, calling: responder(self))
            }
        } + Self.assets.map { site.route($0.endpoint, $0.answer) }
    }

    // MARK: What handlers share

    package var counts: Counter { site.counts }
    package var limits: RateLimits { site.limits }
    package var callers: Callers { site.callers }
    package var cookies: Cookies { site.cookies }
    package var loop: EventLoop { site.loop }

    /// Answers with what `body` makes.
    package func answer(_ request: HTTPRequest, _ body: () throws(Refusal) -> HTTPResponse) {
        site.answer(request, body)
    }

    package func stored<Value>(_ body: () async throws(StoreError) -> Value) async throws(Refusal)
        -> Value
    {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw Refusal(error)
        }
    }

    package func told<Value>(_ result: Result<Value, StoreError>) throws(Refusal) -> Value {
        do throws(StoreError) {
            return try result.get()
        } catch {
            throw Refusal(error)
        }
    }

    /// The JSON body of a request.
    package func body(_ request: HTTPRequest) throws(Refusal) -> JSONValue {
        let type = request.header("Content-Type")?.prefix { $0 != ";" && $0 != " " }
        guard type?.lowercased() == "application/json" else { throw .unsupportedMediaType }
        do {
            return try JSONValue.parse(request.body)
        } catch {
            throw .invalidRequest(field: "body", reason: "cannot be read as JSON: \(error)")
        }
    }

    /// The fields of the request's body, read by `read`.
    package func fields<Value>(
        _ request: HTTPRequest,
        _ allowed: [String],
        _ read: (JSONObjectReader) throws(JSONFieldError) -> Value
    ) throws(Refusal) -> Value {
        let body = try body(request)
        do throws(JSONFieldError) {
            return try read(JSONObjectReader(body, allowed: allowed))
        } catch {
            throw Refusal(error)
        }
    }

    /// A body is not needed; an empty object will do.
    package func requireEmptyBody(_ request: HTTPRequest) throws(Refusal) {
        guard !request.body.isEmpty else { return }
        let value = try body(request)
        do {
            _ = try JSONObjectReader(value, allowed: [])
        } catch {
            throw Refusal(error)
        }
    }
}
