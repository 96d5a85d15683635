import Testing

@testable import Site

/// Every element that opens also closes, in order.
func tagsAreBalanced(_ html: String) -> Bool {
    let void: Set<String> = ["meta", "link", "input", "!doctype"]
    var open: [String] = []
    for rest in html.pieces(after: "<") {
        let name = String(rest.prefix { $0.isLetter || $0 == "/" || $0 == "!" || $0.isNumber })
        if void.contains(name) { continue }
        if name.hasPrefix("/") {
            guard open.popLast() == String(name.dropFirst()) else { return false }
        } else {
            open.append(name)
        }
    }
    return open.isEmpty
}

/// Every field of a form has a label, and every id is used once and leads somewhere.
func expectLabelledFieldsAndOwnIds(
    _ html: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let ids = html.pieces(after: " id=\"").map { String($0.prefix { $0 != "\"" }) }
    #expect(Set(ids).count == ids.count, sourceLocation: sourceLocation)
    for rest in html.pieces(after: "<input ") + html.pieces(after: "<select ") {
        let tag = rest.prefix { $0 != ">" }
        let id = String(tag).pieces(after: "id=\"").first.map { $0.prefix { $0 != "\"" } }
        let isLabelled = id.map { html.contains("<label for=\"\($0)\">") } ?? false
        let isNamed = tag.contains("aria-label=\"") || tag.contains("type=\"hidden\"")
        #expect(isLabelled || isNamed, "\(tag)", sourceLocation: sourceLocation)
    }
    for mark in ["aria-labelledby=\"", "aria-describedby=\""] {
        for rest in html.pieces(after: mark) {
            for id in rest.prefix(while: { $0 != "\"" }).split(separator: " ") {
                #expect(ids.contains(String(id)), sourceLocation: sourceLocation)
            }
        }
    }
}

/// All scripts among `assets` whose names start so.
func scripts(_ assets: [PageAsset], _ prefixes: [String]) -> String {
    assets.filter { asset in
        asset.path.hasSuffix(".js") && prefixes.contains { asset.path.hasPrefix("/assets/\($0)") }
    }.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
}

extension String {
    func components(of text: String) -> Int { pieces(after: text).count }

    /// What follows each occurrence of `text`.
    func pieces(after text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            rest = rest[range.upperBound...]
            found.append(rest)
        }
        return found
    }
}
