/// Answers a request. It runs on the server's loop, as a task that prefers it.
public typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse

/// The same by `HTTPRequest.answer`, once, now or later on the loop.
///
/// For what is asked most: a task, with the memory and the frames it needs, is 11,000 instructions
/// of the 61,000 that a status check took, and as many of the 61,000 of an enter.
public typealias HTTPResponder = @Sendable (HTTPRequest) -> Void

/// One line of a server's table.
///
/// A pattern is a path whose segments are literal or `{name}`, which captures one non-empty
/// segment. A literal segment wins over a capture. HEAD is answered by the GET route.
public struct HTTPRoute: Sendable {
    public let method: HTTPMethod
    public let pattern: String
    enum Handler: Sendable {
        case task(HTTPHandler)
        case call(HTTPResponder)
    }

    let handler: Handler
    /// Answers as soon as the headers are there, whatever body they announce; the connection ends
    /// then if they announce one.
    private(set) var ignoresBody = false
    /// A secret stands in its paths.
    private(set) var hidesPath = false
    /// Names of the captures from left to right.
    let names: [String]

    public init(_ method: HTTPMethod, _ pattern: String, _ handler: @escaping HTTPHandler) {
        self.init(method, pattern, .task(handler))
    }

    /// One that answers without a task.
    public static func calling(
        _ method: HTTPMethod,
        _ pattern: String,
        _ responder: @escaping HTTPResponder
    ) -> HTTPRoute {
        HTTPRoute(method, pattern, .call(responder))
    }

    /// The same route, answered without the body.
    public func ignoringBody() -> HTTPRoute {
        var route = self
        route.ignoresBody = true
        return route
    }

    /// The same route, whose pattern stands in logs instead of its paths: they hold a secret.
    public func hidingPath() -> HTTPRoute {
        var route = self
        route.hidesPath = true
        return route
    }

    private init(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
        precondition(pattern.utf8.first == UInt8(ascii: "/"), "a pattern starts with /")
        self.method = method
        self.pattern = pattern
        self.handler = handler
        names = Self.segments(of: pattern).compactMap(Self.captureName)
        precondition(names.count <= Captures.max, "too many captures in \(pattern)")
        precondition(Set(names).count == names.count, "a name twice in \(pattern)")
    }

    static func segments(of pattern: String) -> [Substring] {
        pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    static func captureName(_ segment: Substring) -> String? {
        guard segment.first == "{", segment.last == "}", segment.count > 2 else { return nil }
        return String(segment.dropFirst().dropLast())
    }
}

/// Where the captured segments of a path lie in it.
struct Captures {
    /// Captures in one pattern: the longest path of the contract has two.
    static let max = 4
    private var starts = InlineArray<4, Int32>(repeating: 0)
    private var ends = InlineArray<4, Int32>(repeating: 0)
    private(set) var count = 0

    mutating func push(_ range: Range<Int>) {
        starts[count] = Int32(range.lowerBound)
        ends[count] = Int32(range.upperBound)
        count += 1
    }

    mutating func pop() { count -= 1 }

    subscript(index: Int) -> Range<Int> {
        precondition(index < count)
        return Int(starts[index])..<Int(ends[index])
    }
}
