/// The methods a route can have. Any other is answered 405 where the path exists, else 404.
public enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case patch = "PATCH"

    /// From the number that `cshim_mhd_method` gives.
    init?(index: Int32) {
        switch index {
        case 0: self = .get
        case 1: self = .head
        case 2: self = .post
        case 3: self = .put
        case 4: self = .delete
        case 5: self = .patch
        default: return nil
        }
    }

    /// Where a trie node keeps the route of this method. HEAD shares GET's.
    var slot: Int {
        switch self {
        case .get, .head: 0
        case .post: 1
        case .put: 2
        case .delete: 3
        case .patch: 4
        }
    }
}
