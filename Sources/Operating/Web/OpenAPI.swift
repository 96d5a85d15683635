import Assets
import JSON
import Site

/// The contract for programs (OpenAPI 3.1), put together from the parts of all capabilities.
///
/// A part has the shape of the whole document: tags, paths, components, and the capability's codes
/// in the schema `Problem`. Objects are joined by the names of their members, lists are put one
/// after the other. If two parts give another value, the first one is taken.
///
/// Tests compare the document with the route table and with the codes of the refusals, and check
/// that no two parts define the same thing.
enum OpenAPI {
    /// Leaves out a part that cannot be read: the tests refuse it, and a server that is running
    /// serves the rest.
    static func document(of parts: [[UInt8]]) -> [UInt8] {
        let parts = parts.compactMap { try? JSONValue.parse($0) }
        var json = JSONWriter(reservingBytes: 128 << 10)
        json.element(parts.reduce(.object([])) { joined($0, $1) })
        return json.finish()
    }

    private static func joined(_ value: JSONValue, _ other: JSONValue) -> JSONValue {
        switch (value, other) {
        case (.object(var members), .object(let others)):
            for new in others {
                if let index = members.firstIndex(where: { $0.name == new.name }) {
                    let both = joined(members[index].value, new.value)
                    members[index] = JSONMember(name: new.name, value: both)
                } else {
                    members.append(new)
                }
            }
            return .object(members)
        case (.array(let values), .array(let others)): return .array(values + others)
        default: return value
        }
    }
}

extension PageAsset {
    /// Made once for all loops.
    static let openAPI = PageAsset(
        path: "/openapi.json",
        contentType: "application/json",
        bytes: OpenAPI.document(of: Capabilities.openAPI.map(Asset.bytes))
    )
}
