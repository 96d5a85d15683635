import HTTP

/// A method and a pattern of paths. Known without a server, so that the contract can be held
/// against it.
package struct Endpoint: Sendable {
    let method: HTTPMethod
    let pattern: String
    /// How its requests are counted; nil: they are not.
    fileprivate(set) var rateClass: RateClass?
    /// A proxy asks about another request, whose length it passes on.
    fileprivate(set) var ignoresBody = false
    /// A secret stands in the path, which no log may have.
    fileprivate(set) var hidesPath = false

    init(_ method: HTTPMethod, _ pattern: String) {
        self.method = method
        self.pattern = pattern
        rateClass = RateClass(method, pattern)
    }

    /// `GET /healthz`
    var name: String { "\(method.rawValue) \(pattern)" }

    /// A route with what is particular to this endpoint.
    func marking(_ route: HTTPRoute) -> HTTPRoute {
        var route = route
        if ignoresBody { route = route.ignoringBody() }
        if hidesPath { route = route.hidingPath() }
        return route
    }
}

package typealias RouteHandler = @Sendable (HTTPRequest) async throws(Refusal) -> HTTPResponse
/// Answers by `HTTPRequest.answer`, or throws.
package typealias RouteResponder = @Sendable (HTTPRequest) throws(Refusal) -> Void

/// One line of a capability's table: an endpoint, and which method of `Owner` answers it.
package struct Route<Owner: AnyObject & Sendable>: Sendable {
    enum Way: Sendable {
        case task(@Sendable (Owner) -> RouteHandler)
        case call(@Sendable (Owner) -> RouteResponder)
    }

    private(set) var endpoint: Endpoint
    /// Who answers, on the loop of the `Owner` given.
    let way: Way

    package init(
        _ method: HTTPMethod,
        _ pattern: String,
        _ handler: @escaping @Sendable (Owner) -> RouteHandler
    ) {
        endpoint = Endpoint(method, pattern)
        way = .task(handler)
    }

    private init(_ endpoint: Endpoint, _ way: Way) {
        self.endpoint = endpoint
        self.way = way
    }

    /// One that answers without a task.
    package static func calling(
        _ method: HTTPMethod,
        _ pattern: String,
        _ responder: @escaping @Sendable (Owner) -> RouteResponder
    ) -> Route {
        Route(Endpoint(method, pattern), .call(responder))
    }

    /// Counted as one of another class than its method and path say.
    package func counted(as kind: RateClass) -> Route {
        var route = self
        route.endpoint.rateClass = kind
        return route
    }

    /// Not counted: that is somebody else's to limit.
    package func uncounted() -> Route {
        var route = self
        route.endpoint.rateClass = nil
        return route
    }

    package func ignoringBody() -> Route {
        var route = self
        route.endpoint.ignoresBody = true
        return route
    }

    package func hidingPath() -> Route {
        var route = self
        route.endpoint.hidesPath = true
        return route
    }
}
