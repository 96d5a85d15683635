import EventLoop
import JSON
import Verify

/// Gets what is public of a draw from a server.
package struct DrawReader {
    let caller: PatientClient
    /// `http://host/api/v1/rooms/ROOM`
    let room: String

    private static let connections = 8
    /// Pages asked for at once: 32 x 70 kB.
    private static let pagesAtOnce = 32

    /// The draw of `room`, on a loop of its own.
    package static func read(
        _ room: String,
        _ ticket: String?
    ) async -> Result<DrawDocuments, DrawFault> {
        await Rehearsal.onOwnLoop { loop throws(DrawFault) in
            let client = CurlClient(on: loop, connections: connections)
            defer { client.close() }
            let reader = DrawReader(caller: PatientClient(loop: loop, client: client), room: room)
            return try await reader.documents(ticket: ticket)
        }
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
                Request(.get, room + "/draw/entrants?page=\($0)")
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
        let request = Request(.get, room + path, headers)
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
