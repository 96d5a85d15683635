import Crypto
import JSON

/// What a server says of a draw: everything that is checked, and nothing that is believed.
struct DrawClaims: Equatable {
    var room: String
    var seedHash: Digest
    var seed: [UInt8]
    var entrants: Int
    var pages: Int
    var root: Digest
    var leaves: [Digest] = []
    var entrant: Entrant?

    /// What a visitor is told of their part.
    struct Entrant: Equatable {
        var index: Int
        var user: String
        var sequence: Int64
        var nonce: [UInt8]
        var leaf: Digest
        var path: [Digest]
        var place: Int
    }

    init(
        room: String,
        seedHash: Digest,
        seed: [UInt8],
        entrants: Int,
        pages: Int,
        root: Digest,
        leaves: [Digest],
        entrant: Entrant?
    ) {
        self.room = room
        self.seedHash = seedHash
        self.seed = seed
        self.entrants = entrants
        self.pages = pages
        self.root = root
        self.leaves = leaves
        self.entrant = entrant
    }

    /// Reads the public document of the draw.
    init(_ document: JSONValue?) throws(DrawFault) {
        let document = DrawFields("the draw", document)
        let state = try document.text("state")
        guard state == "drawn" else {
            throw DrawFault("the draw is not done, it is \(state): there is nothing to verify yet")
        }
        room = try document.text("room")
        seedHash = try document.digest("seedHash")
        seed = try document.bytes("seed")
        entrants = try document.whole("entrants")
        pages = try document.whole("pages")
        root = try document.digest("root")
    }

    /// Adds a page of the list.
    mutating func add(page: JSONValue?, number: Int) throws(DrawFault) {
        let fields = DrawFields("page \(number) of the list", page)
        leaves += try fields.digests("leaves")
    }

    /// Reads what a ticket's bearer was told.
    mutating func read(entrant document: JSONValue?) throws(DrawFault) {
        guard let told = document?["entrant"], !told.isNull else {
            throw DrawFault("the bearer of the ticket was not in the draw, says the server")
        }
        let fields = DrawFields("the ticket's entry", told)
        entrant = Entrant(
            index: try fields.whole("index"),
            user: try fields.text("user"),
            sequence: Int64(try fields.whole("sequence")),
            nonce: try fields.bytes("nonce"),
            leaf: try fields.digest("leaf"),
            path: try fields.digests("path"),
            place: try fields.whole("place")
        )
    }
}

/// What is wrong, in one line.
package struct DrawFault: Error, Equatable {
    let line: String
    package init(_ line: String) { self.line = line }
}

/// The members of a document, each of which has to be there and of its kind.
private struct DrawFields {
    let name: String
    let object: JSONValue?

    init(_ name: String, _ object: JSONValue?) {
        self.name = name
        self.object = object
    }

    func text(_ field: String) throws(DrawFault) -> String {
        guard let text = object?[field]?.string else { throw wrong(field, "a text") }
        return text
    }

    func whole(_ field: String) throws(DrawFault) -> Int {
        guard let number = object?[field]?.integer, number >= 0 else {
            throw wrong(field, "a whole number")
        }
        return Int(number)
    }

    func bytes(_ field: String) throws(DrawFault) -> [UInt8] {
        guard let bytes = Hex.decode(try text(field)) else {
            throw wrong(field, "hexadecimal digits")
        }
        return bytes
    }

    func digest(_ field: String) throws(DrawFault) -> Digest {
        guard let digest = Digest(hex: try text(field)) else {
            throw wrong(field, "64 hexadecimal digits")
        }
        return digest
    }

    func digests(_ field: String) throws(DrawFault) -> [Digest] {
        guard let values = object?[field]?.array else { throw wrong(field, "a list") }
        var digests: [Digest] = []
        digests.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let digest = value.string.flatMap(Digest.init(hex:)) else {
                throw wrong("\(field)[\(index)]", "64 hexadecimal digits")
            }
            digests.append(digest)
        }
        return digests
    }

    private func wrong(_ field: String, _ kind: String) -> DrawFault {
        DrawFault("\(name): \(field) is not \(kind)")
    }
}
