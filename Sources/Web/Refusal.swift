import HTTP
import JSON
import Onsale
import Store

/// Why a request is not done. One case per `code` of the contract; the one place where errors
/// become HTTP.
enum Refusal: Error {
    case invalidRequest(field: String, reason: String)
    case unauthenticated(String)
    case forbidden(String)
    case notFound(String)
    case unsupportedMediaType
    case ticketInvalid(String)
    case roomClosed
    case roomSoldOut
    case roomFull
    case tooManyStreams
    case storeUnavailable(String)
    case broken(String)

    init(_ error: StoreError) {
        switch error {
        case .unavailable(let reason): self = .storeUnavailable(reason)
        case .broken(let reason): self = .broken(reason)
        }
    }

    init(_ error: JSONFieldError) {
        self = .invalidRequest(field: error.field, reason: error.reason)
    }

    /// Seconds after which trying again may help.
    private static let retryAfterSeconds = "1"
    /// A line or a server that is full does not drain within a second.
    private static let retryWhenFullSeconds = "10"

    var response: HTTPResponse {
        switch self {
        case .invalidRequest(let field, let reason):
            problem(400, "invalid_request", "Invalid Request", "\(field) \(reason)")
        case .unauthenticated(let detail):
            problem(
                401,
                "unauthenticated",
                "Unauthenticated",
                detail,
                HTTPHeader("WWW-Authenticate", "Bearer")
            )
        case .forbidden(let detail): problem(403, "forbidden", "Forbidden", detail)
        case .notFound(let detail): problem(404, "not_found", "Not Found", detail)
        case .unsupportedMediaType:
            problem(
                415,
                "unsupported_media_type",
                "Unsupported Media Type",
                "A body must be application/json."
            )
        case .ticketInvalid(let detail): problem(403, "ticket_invalid", "Ticket Invalid", detail)
        case .roomClosed: problem(409, "room_closed", "Room Closed", "The room is closed.")
        case .roomSoldOut:
            problem(410, "room_sold_out", "Sold Out", "There is nothing left to wait for.")
        case .roomFull:
            problem(
                429,
                "room_full",
                "Room Full",
                "As many stand in line as this server takes.",
                HTTPHeader("Retry-After", Self.retryWhenFullSeconds)
            )
        case .tooManyStreams:
            problem(
                429,
                "rate_limited",
                "Too Many Streams",
                "This server has no live stream to spare; poll instead.",
                HTTPHeader("Retry-After", Self.retryWhenFullSeconds)
            )
        case .storeUnavailable:
            problem(
                503,
                "store_unavailable",
                "Store Unavailable",
                // Why, and where Redis is, is the operator's to know: see /readyz.
                "The line cannot be reached right now. Your place is kept; try again.",
                HTTPHeader("Retry-After", Self.retryAfterSeconds)
            )
        case .broken(let reason):
            problem(500, "internal", "Internal Server Error", reason)
        }
    }

    private func problem(
        _ status: Int,
        _ code: String,
        _ title: String,
        _ detail: String,
        _ extra: HTTPHeader? = nil
    ) -> HTTPResponse {
        let noStore = HTTPHeader("Cache-Control", "no-store")
        return .problem(
            status: status,
            code: code,
            title: title,
            detail: detail,
            headers: extra.map { [noStore, $0] } ?? [noStore]
        )
    }
}
