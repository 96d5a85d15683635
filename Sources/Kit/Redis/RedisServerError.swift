/// Why the private Redis could not be started.
public enum RedisServerError: Error, Equatable, Sendable, CustomStringConvertible {
    case programMissing(String)
    case programUnusable(String, reason: String)
    case tooOld(found: String, needed: String)
    case folderUnusable(String, reason: String)
    /// Another process owns the folder.
    case folderInUse(String, pid: Int32)
    /// A server that an earlier run left behind did not end, not even when killed.
    case leftoverStays(pid: Int32)
    case notAnswering(reason: String)
    case alreadyStarted

    public var description: String {
        switch self {
        case .programMissing(let name):
            "\(name) was not found: install it (apt install redis-server) or give an address"
        case .programUnusable(let name, let reason): "\(name) cannot be run: \(reason)"
        case .tooOld(let found, let needed): "redis-server is \(found), \(needed) is needed"
        case .folderUnusable(let path, let reason): "\(path) cannot be used: \(reason)"
        case .folderInUse(let path, let pid): "\(path) is in use by process \(pid)"
        case .leftoverStays(let pid): "redis-server \(pid) of an earlier run does not end"
        case .notAnswering(let reason): "the private redis-server does not answer: \(reason)"
        case .alreadyStarted: "the private redis-server was started before"
        }
    }
}
