internal import EventLoop
internal import JSON

/// Gets what is public of a draw from a server.
struct DrawReader {
    let caller: PatientClient
    /// `http://host/api/v1/rooms/ROOM`
    let room: String

    /// Pages asked for at once: 32 x 70 kB.
    private static let pagesAtOnce = 32

    /// Nil: no address of a room, neither its page nor its document.
    static func address(_ text: String) -> String? {
        guard let url = FlagValue.url(text) else { return nil }
        for folder in ["/api/v1/rooms/", "/rooms/"] {
            guard let range = url.firstRange(of: folder) else { continue }
            let name = url[range.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard !name.isEmpty else { return nil }
            return url[..<range.lowerBound] + "/api/v1/rooms/" + name
        }
        return nil
    }

    /// The draw, its pages, and what the bearer of `ticket` is told.
    func documents(ticket: String?) async throws(DrawFault) -> DrawDocuments {
        var found = DrawDocuments()
        found.draw = try await document("/draw")
        let pages = found.draw?["pages"]?.integer.map { Int($0) } ?? 0
        guard (0...DrawDocuments.pagesMax).contains(pages) else {
            throw DrawFault("the draw: \(pages) pages are too many")
        }
        while found.pages.count < pages {
            let from = found.pages.count
            let requests = (from..<min(pages, from + Self.pagesAtOnce)).map {
                Request(method: .get, url: room + "/draw/entrants?page=\($0)")
            }
            for (offset, response) in await caller.answers(requests).enumerated() {
                found.pages.append(try Self.json(response, "page \(from + offset) of the list"))
            }
        }
        if let ticket {
            // As a browser would: the cookie stands in for credentials.
            found.ticket = try await document(
                "/tickets/me/draw",
                headers: ["Cookie: onsale_ticket=" + ticket]
            )
        }
        return found
    }

    private func document(_ path: String, headers: [String] = [])
        async throws(DrawFault) -> JSONValue
    {
        let request = Request(method: .get, url: room + path, headers: headers)
        return try Self.json(await caller.answer(request), path)
    }

    private static func json(_ response: Response, _ what: String) throws(DrawFault) -> JSONValue {
        if let failure = response.failure {
            throw DrawFault("\(what): no answer from the server: \(failure.rawValue)")
        }
        let json = try? JSONValue.parse(response.body)
        guard response.status == 200, let json else {
            let reason = json?["detail"]?.string.map { ": \($0)" } ?? ""
            throw DrawFault("\(what): the server answers \(response.status)\(reason)")
        }
        return json
    }
}

/// The documents of a draw as they came, to be checked or kept in a file.
struct DrawDocuments {
    var draw: JSONValue?
    var pages: [JSONValue] = []
    var ticket: JSONValue?

    static let pagesMax = 65_536
    /// A million entrants are 70 MB.
    private static let fileBytesMax = 1 << 30

    init() {}

    /// Reads a file that `file` wrote.
    init(file bytes: [UInt8]) throws(DrawFault) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue.parse(bytes, bytesMax: Self.fileBytesMax)
        } catch {
            throw DrawFault("the file is not JSON: \(error)")
        }
        draw = json["draw"]
        pages = json["pages"]?.array ?? []
        if let ticket = json["ticket"], !ticket.isNull { self.ticket = ticket }
    }

    var file: [UInt8] {
        var json = JSONWriter(reservingBytes: 1_024 + pages.count * 70_000)
        json.beginObject()
        json.name("draw")
        json.element(draw ?? .null)
        json.beginArray("pages")
        for page in pages { json.element(page) }
        json.endArray()
        json.name("ticket")
        json.element(ticket ?? .null)
        json.endObject()
        return json.bytes
    }

    func claims() throws(DrawFault) -> DrawClaims {
        var claims = try DrawClaims(draw)
        guard pages.count == claims.pages else {
            throw DrawFault("\(pages.count) pages of the list, and \(claims.pages) were said")
        }
        for (number, page) in pages.enumerated() { try claims.add(page: page, number: number) }
        if let ticket { try claims.read(entrant: ticket) }
        return claims
    }
}
