import Foundation
import JSON

/// One running server as its callers see it.
struct Site: Sendable {
    let process: OnsaleProcess
    let port: UInt16
    let adminKey: String
    /// The path of the network namespace in which it is; nil: ours.
    var network: String?

    /// Starts a server on a free port and waits until it listens.
    static func start(
        data: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        namespace: String? = nil
    ) async throws -> Site {
        let process = try OnsaleProcess(
            ["serve", "--port", "0", "--data", data, "--threads", "1"] + arguments,
            // One user of a test does in a second what no visitor does.
            environment: ["ONSALE_RATES_PER_USER": "off"].merging(environment) { $1 },
            namespace: namespace
        )
        let port = try await process.port()
        let file = try String(contentsOfFile: data + "/admin.key", encoding: .utf8)
        let adminKey = String(file.prefix { $0 != "\n" })
        let network = namespace.map { "/run/netns/\($0)" }
        return Site(process: process, port: port, adminKey: adminKey, network: network)
    }

    func request(
        _ method: String,
        _ target: String,
        _ headers: [String: String] = [:],
        body: String? = nil
    ) async throws -> Answer {
        let client = try HTTPClient(port, network: network)
        client.send(method, target, headers, body: body)
        return try await client.answer()
    }

    /// It says of itself that nothing is wrong.
    func isReady() async throws -> Bool {
        try await request("GET", "/readyz").json?["status"]?.string == "ready"
    }

    // MARK: The operator

    func admin(_ method: String, _ path: String, body: String? = nil) async throws -> Answer {
        var headers = ["Authorization": "Bearer \(adminKey)"]
        if body != nil { headers["Content-Type"] = "application/json" }
        return try await request(method, "/admin/v1/rooms/\(path)", headers, body: body)
    }

    /// Makes or changes a room; anything but 200 throws.
    @discardableResult
    func configure(_ room: String, _ settings: String) async throws -> JSONValue {
        let answer = try await admin("PUT", room, body: settings)
        guard answer.status == 200, let json = answer.json else { throw Unexpected(answer) }
        return json
    }

    func report(_ room: String) async throws -> JSONValue {
        let answer = try await admin("GET", room)
        guard answer.status == 200, let json = answer.json else { throw Unexpected(answer) }
        return json
    }

    func done(_ user: String, in room: String) async throws {
        let answer = try await admin("POST", "\(room)/sessions/\(user)/done")
        guard answer.status == 204 else { throw Unexpected(answer) }
    }

    // MARK: A visitor

    func enter(_ room: String, as user: String, ticket: String? = nil) async throws -> Answer {
        var headers = ["X-User-Id": user]
        headers["Onsale-Ticket"] = ticket
        return try await request("POST", "/api/v1/rooms/\(room)/tickets", headers)
    }

    /// Enters and answers the ticket document; a refusal throws.
    func entered(_ room: String, as user: String, ticket: String? = nil)
        async throws -> TicketDocument
    {
        try TicketDocument(try await enter(room, as: user, ticket: ticket))
    }

    func status(_ room: String, as user: String, _ ticket: String) async throws -> Answer {
        try await request(
            "GET",
            "/api/v1/rooms/\(room)/tickets/me",
            ["X-User-Id": user, "Onsale-Ticket": ticket]
        )
    }

    func standing(_ room: String, as user: String, _ ticket: String)
        async throws -> TicketDocument
    {
        try TicketDocument(try await status(room, as: user, ticket))
    }

    func leave(_ room: String, as user: String, _ ticket: String) async throws -> Answer {
        try await request(
            "DELETE",
            "/api/v1/rooms/\(room)/tickets/me",
            ["X-User-Id": user, "Onsale-Ticket": ticket]
        )
    }

    func admission(_ room: String, _ ticket: String) async throws -> Answer {
        try await request("GET", "/api/v1/rooms/\(room)/admission", ["Onsale-Ticket": ticket])
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ answer: Answer) { description = "\(answer.status) \(answer.text)" }
}

/// What a visitor is told.
struct TicketDocument: Sendable {
    let json: JSONValue
    let ticket: String
    let state: String

    init(_ answer: Answer) throws {
        guard (200...202).contains(answer.status) else { throw Unexpected(answer) }
        guard let json = answer.json, let made = TicketDocument(json) else {
            throw Unexpected(answer)
        }
        self = made
    }

    init?(_ json: JSONValue) {
        guard let ticket = json["ticket"]?.string, let state = json["state"]?.string else {
            return nil
        }
        self.json = json
        self.ticket = ticket
        self.state = state
    }

    var position: Int64? { json["position"]?.integer }
    var ahead: Int64? { json["ahead"]?.integer }
    var pass: String? { json["pass"]?.string }
}
