import Engines
import HTTP
import JSON

/// What a capability alone refuses: an enum, with a case for each `code` of the contract.
package protocol CapabilityRefusal: Error, Sendable {
    var problem: Problem { get }
}

/// Why a request is not done; the one place where errors become HTTP.
package enum Refusal: Error {
    case invalidRequest(field: String, reason: String)
    case unauthenticated(String)
    case forbidden(String)
    case notFound(String)
    case unsupportedMediaType
    /// What `If-Match` names is not what is there.
    case preconditionFailed
    case tooManyStreams
    /// A client address has its share of them (`StreamShares`).
    case tooManyStreamsOfAddress
    /// An address or a user asks more than its rate.
    case rateLimited(seconds: Int)
    /// Too many want the same thing now, in words for the caller.
    case busy(String)
    /// A limit of this server, in words for the caller.
    case full(String)
    /// A user asks for more lists at once than wait for their turn.
    case tooManyLists
    /// The same attempt is being made right now; what it comes to is known in a moment.
    case inProgress(String)
    case idempotencyMismatch
    /// A refusal that only one capability knows.
    case capability(any CapabilityRefusal)
    case storeUnavailable(String)
    case broken(String)

    package init(_ error: StoreError) {
        switch error {
        case .unavailable(let reason): self = .storeUnavailable(reason)
        case .busy(let detail): self = .busy(detail)
        case .full(let detail): self = .full(detail)
        case .broken(let reason): self = .broken(reason)
        }
    }

    package init(_ error: JSONFieldError) {
        self = .invalidRequest(field: error.field, reason: error.reason)
    }

    /// Trying again soon may help: pages ask again by themselves. For a rate there is a page of its
    /// own, whatever was asked for.
    package var isMomentary: Bool {
        switch self {
        case .storeUnavailable, .busy: true
        default: false
        }
    }

    /// Never changes its meaning.
    var code: String { problem.code }

    package var response: HTTPResponse { problem.response }

    var problem: Problem {
        switch self {
        case .invalidRequest(let field, let reason):
            Problem(400, "invalid_request", "Invalid Request", "\(field) \(reason)")
        case .unauthenticated(let detail):
            Problem(
                401,
                "unauthenticated",
                "Unauthenticated",
                detail,
                HTTPHeader("WWW-Authenticate", "Bearer")
            )
        case .forbidden(let detail): Problem(403, "forbidden", "Forbidden", detail)
        case .notFound(let detail): Problem(404, "not_found", "Not Found", detail)
        case .unsupportedMediaType:
            Problem(
                415,
                "unsupported_media_type",
                "Unsupported Media Type",
                "A body must be application/json."
            )
        case .preconditionFailed:
            Problem(
                412,
                "precondition_failed",
                "Precondition Failed",
                "It was changed since, or is not there: read it again. Nothing was changed."
            )
        case .tooManyStreams:
            Problem(
                429,
                "rate_limited",
                "Too Many Streams",
                "This server has no live stream to spare; poll instead.",
                .retryWhenFull
            )
        case .tooManyStreamsOfAddress:
            Problem(
                429,
                "rate_limited",
                "Too Many Streams",
                "Your address has as many live streams as one may have; poll instead.",
                .retryWhenFull
            )
        case .rateLimited(let seconds):
            Problem(
                429,
                "rate_limited",
                "Too Many Requests",
                "More requests came from you than this server answers; wait as Retry-After says.",
                HTTPHeader("Retry-After", "\(seconds)")
            )
        case .tooManyLists:
            Problem(
                429,
                "rate_limited",
                "Too Many Lists",
                "Lists of yours are being read; ask for one after the other.",
                .retrySoon
            )
        case .busy(let detail):
            Problem(429, "rate_limited", "Busy", detail, .retrySoon)
        case .full(let detail):
            Problem(429, "rate_limited", "Full", detail, .retryWhenFull)
        case .storeUnavailable:
            Problem(
                503,
                "store_unavailable",
                "Store Unavailable",
                // Why, and where Redis and the ledger are, is the operator's to know: see /readyz.
                "The server cannot do this right now. Places in line and what was bought are kept; "
                    + "try again.",
                .retrySoon
            )
        case .broken: .internal("unknown")
        case .inProgress(let detail):
            Problem(409, "in_progress", "In Progress", detail, .retrySoon)
        case .idempotencyMismatch:
            Problem(
                422,
                "idempotency_mismatch",
                "Idempotency Mismatch",
                "This Idempotency-Key was sent before with another request."
            )
        case .capability(let refusal): refusal.problem
        }
    }
}
