/// A request and what became of it, for a log.
public struct HTTPAnswered: Sendable {
    public let method: HTTPMethod
    /// The pattern of the route; nil: there is none for the path.
    public let route: String?
    /// As it was sent, without the query, in which tokens may stand; the pattern where a secret
    /// stands in the path.
    public let path: String
    public let status: Int
    /// Of the body; 0 for a stream, which has just begun.
    public let bytes: Int
    public let latencyNs: UInt64
    public let client: NetworkAddress
    /// Who called, where that became known.
    public let user: String?
}
