import JSON

/// The documents of a draw as they came, to be checked or kept in a file.
package struct DrawDocuments: Sendable {
    package var draw: JSONValue?
    package var pages: [JSONValue] = []
    package var ticket: JSONValue?

    package static let pagesMax = 65_536
    /// A million entrants are 70 MB.
    private static let fileBytesMax = 1 << 30

    package init() {}

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
