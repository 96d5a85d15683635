import HTTP
import JSON
import SQL

/// Why a request is refused; one place knows how that looks in HTTP.
enum Refusal: Error {
    case invalid(String)
    case unauthenticated
    case notFound(String)
    case notAdmitted
    case seatsTaken([Int64])
    case sql(SQLError)

    var response: HTTPResponse {
        switch self {
        case .invalid(let detail): .problem(400, "invalid_request", "Bad Request", detail)
        case .unauthenticated:
            .problem(401, "unauthenticated", "Unauthorized", "X-User-Id is missing.")
        case .notFound(let detail): .problem(404, "not_found", "Not Found", detail)
        case .notAdmitted:
            .problem(403, "not_admitted", "Forbidden", "The user is not inside the room.")
        case .seatsTaken(let seats):
            .problem(409, "seats_taken", "Conflict", "Taken: \(seats).")
        case .sql(.unavailable(let reason)):
            .problem(503, "store_unavailable", "Service Unavailable", reason)
        case .sql(let error):
            .problem(500, "internal", "Internal Server Error", "\(error)")
        }
    }
}

extension HTTPResponse {
    fileprivate static func problem(
        _ status: Int,
        _ code: String,
        _ title: String,
        _ detail: String
    ) -> HTTPResponse {
        .problem(status: status, code: code, title: title, detail: detail)
    }
}
