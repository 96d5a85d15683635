import Foundation
import JSON
import Testing

/// A buyer's side of the contract, and the operator's who opens the sale.
extension Site {
    /// A concert `name` with one performance of the same name.
    func openSale(_ name: String, _ settings: String) async throws {
        let headers = [
            "Authorization": "Bearer \(adminKey)", "Content-Type": "application/json",
        ]
        let concert = try await request(
            "PUT",
            "/admin/v1/concerts/\(name)",
            headers,
            body: #"{"title":"A night"}"#
        )
        guard concert.status == 200 else { throw Unexpected(concert) }
        let answer = try await request(
            "PUT",
            "/admin/v1/performances/\(name)",
            headers,
            body: #"{"concert":"\#(name)","date":"2026-12-24",\#(settings)}"#
        )
        guard answer.status == 200 else { throw Unexpected(answer) }
    }

    func post(_ path: String, as user: String, key: String? = nil, _ body: String = "{}")
        async throws -> Answer
    {
        var headers = ["X-User-Id": user, "Content-Type": "application/json"]
        headers["Idempotency-Key"] = key
        return try await request("POST", "/api/v1\(path)", headers, body: body)
    }

    func get(_ path: String, as user: String) async throws -> Answer {
        try await request("GET", "/api/v1\(path)", ["X-User-Id": user])
    }

    func charge(_ user: String, _ amount: Int, key: String = "charge") async throws {
        let answer = try await post(
            "/users/me/points/charges",
            as: user,
            key: key,
            #"{"amount":\#(amount)}"#
        )
        guard answer.status == 201 else { throw Unexpected(answer) }
    }

    func balance(_ user: String) async throws -> Int64? {
        try await get("/users/me/points", as: user).json?["balance"]?.integer
    }

    /// The token of a hold; a refusal throws.
    func hold(_ seats: [Int], of performance: String, as user: String) async throws -> String {
        let answer = try await post(
            "/performances/\(performance)/holds",
            as: user,
            #"{"seats":\#(seats)}"#
        )
        guard answer.status == 201, let hold = answer.json?["hold"]?.string else {
            throw Unexpected(answer)
        }
        return hold
    }

    func pay(_ hold: String, as user: String, key: String) async throws -> Answer {
        try await post("/payments", as: user, key: key, #"{"hold":"\#(hold)"}"#)
    }

    /// The states of all seats, `free`, `held`, `sold`.
    func seats(_ performance: String) async throws -> [String] {
        let answer = try await request("GET", "/api/v1/performances/\(performance)/seats")
        return answer.json?["seats"]?.array?.compactMap { $0["state"]?.string } ?? []
    }
}
