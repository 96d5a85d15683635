/// Why a server could not be started.
public enum HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Somebody else listens there.
    case addressInUse(host: String, port: UInt16)
    /// The host is not one of this machine, may not be used or does not resolve.
    case cannotListen(host: String, port: UInt16, reason: String)
    /// libmicrohttpd did not start, or the kernel had no descriptor left.
    case cannotStart(reason: String)

    public var description: String {
        switch self {
        case .addressInUse(let host, let port): "\(host):\(port): Address already in use"
        case .cannotListen(let host, let port, let reason): "\(host):\(port): \(reason)"
        case .cannotStart(let reason): "cannot start the HTTP server: \(reason)"
        }
    }
}
