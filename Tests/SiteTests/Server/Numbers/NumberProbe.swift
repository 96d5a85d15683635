import JSON
import Testing

/// Asks a server with numbers of every size, and notes what it must not answer.
final class NumberProbe {
    let site: Site
    private var client: HTTPClient
    private(set) var asked = 0
    private var names = 0

    init(_ site: Site) throws {
        self.site = site
        client = try HTTPClient(site.port)
    }

    /// Ends of ranges and of machine words, and what only looks like a whole number.
    static let numbers = [
        "0", "1", "-1", "-0", "2", "100", "101", "200", "201", "1000", "1001", "10000", "10001",
        "86400", "86401", "1000000", "1000001", "1000000000", "1000000001", "2147483647",
        "2147483648", "-2147483648", "4294967296", "9007199254740991", "9007199254740992",
        "9007199254740993", "-9007199254740992", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e5", "5.0",
        "0.5", "1e308", "1e309", "-1e309", String(repeating: "9", count: 400),
    ]

    static let times = [
        "0000-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59", "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z", "2016-12-31T23:59:60Z",
        "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+14:00", "2026-01-01T00:00:00-12:00",
        "2038-01-19T03:14:08Z", "2262-04-11T23:47:16.855Z", "9999-12-31T23:59:59.999Z",
        "9999-12-31T23:59:59.999-23:59", "10000-01-01T00:00:00Z", "", "9",
    ]

    static let periods = [
        "1970-01-01", "1969-12-31", "2099-12-31", "2100-01-01", "9999-12-31", "0000-01-01",
        "2026-W00", "2026-W53", "2026-W99", "2026-00", "2026-13", "99999999999999999999", "-1", "",
    ]

    /// A name that nothing has yet.
    func name(_ kind: String) -> String {
        names += 1
        return "\(kind)-\(names)"
    }

    @discardableResult
    func ask(
        _ method: String,
        _ target: String,
        _ headers: [String: String] = [:],
        _ body: String? = nil
    ) async throws -> Answer {
        asked += 1
        let answer: Answer
        do {
            client.send(method, target, headers, body: body)
            answer = try await client.answer()
        } catch {
            let what = "\(method) \(target) \(headers) \(body?.prefix(300) ?? "")"
            Issue.record("no answer to \(what): \(error)\n\(site.process.errors)")
            throw error
        }
        if answer.header("Connection") == "close" { client = try HTTPClient(site.port) }
        // An engine of the test's own is never away: 503 would be a number that it could not take.
        if answer.status >= 500 {
            let what = "\(method) \(target) \(body?.prefix(300) ?? "")"
            Issue.record("\(what): \(answer.status) \(answer.text)")
        }
        return answer
    }

    /// As the operator.
    @discardableResult
    func operate(_ method: String, _ path: String, _ body: String) async throws -> Answer {
        let headers = [
            "Authorization": "Bearer \(site.adminKey)", "Content-Type": "application/json",
        ]
        return try await ask(method, "/admin/v1\(path)", headers, body)
    }

    /// As a user, with a key of its own.
    @discardableResult
    func post(_ path: String, as user: String, _ body: String = "{}") async throws -> Answer {
        let headers = [
            "X-User-Id": user, "Content-Type": "application/json", "Idempotency-Key": name("key"),
        ]
        return try await ask("POST", "/api/v1\(path)", headers, body)
    }

    @discardableResult
    func get(_ path: String, as user: String = "ann") async throws -> Answer {
        try await ask("GET", path, ["X-User-Id": user])
    }

    @discardableResult
    func form(_ path: String, _ fields: String, cookie: String? = nil) async throws -> Answer {
        var headers = [
            "X-User-Id": "ann", "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        ]
        headers["Cookie"] = cookie
        return try await ask("POST", path, headers, fields)
    }

    /// A stream: only its head is read, on a connection of its own.
    func stream(_ target: String, _ headers: [String: String]) async throws {
        asked += 1
        let client = try HTTPClient(site.port)
        client.send("GET", target, headers)
        let status = try await client.head().status
        #expect(status < 500, "\(target) \(headers)")
    }
}
