public import HTTP
import Onsale

extension Web {
    /// Every path this server answers, as a table of contents.
    public var routes: [HTTPRoute] {
        [
            // The line
            route(.post, "/api/v1/rooms/{room}/tickets", enter),
            route(.get, "/api/v1/rooms/{room}/tickets/me", ticket),
            route(.get, "/api/v1/rooms/{room}/tickets/me/events", ticketEvents),
            route(.delete, "/api/v1/rooms/{room}/tickets/me", leave),
            route(.get, "/api/v1/rooms/{room}", roomDocument),
            route(.get, "/api/v1/rooms/{room}/admission", admission),

            // The operator
            route(.get, "/admin/v1/rooms/{room}", adminRoom),
            route(.put, "/admin/v1/rooms/{room}", putRoom),
            route(.post, "/admin/v1/rooms/{room}/pause", setting(.paused)),
            route(.post, "/admin/v1/rooms/{room}/resume", setting(.open)),
            route(.post, "/admin/v1/rooms/{room}/drain", setting(.draining)),
            route(.post, "/admin/v1/rooms/{room}/close", setting(.closed)),
            route(.post, "/admin/v1/rooms/{room}/sold-out", setting(.soldOut)),
            route(.post, "/admin/v1/rooms/{room}/sessions/{user}/done", sessionDone),

            // Pages
            route(.get, "/", indexPage),
            route(.get, "/rooms/{room}", roomPage),
            route(.post, "/rooms/{room}/join", join),
            route(.post, "/rooms/{room}/leave", leavePage),

            // Operating
            route(.get, "/healthz", healthz),
            route(.get, "/readyz", readyz),
            route(.get, "/metrics", metrics),
            route(.get, "/.well-known/jwks.json", jwks),
        ] + PageAsset.all.map { route(.get, $0.path, asset($0)) }
    }

    private func route(
        _ method: HTTPMethod,
        _ pattern: String,
        _ handler: @escaping @Sendable (HTTPRequest) async throws(Refusal) -> HTTPResponse
    ) -> HTTPRoute {
        HTTPRoute(method, pattern) { request in
            do throws(Refusal) {
                return try await handler(request)
            } catch {
                return error.response
            }
        }
    }
}
