/// Strong entity tags (RFC 9110, section 8.8.3) and what clients ask with them.
enum EntityTag {
    /// Of these very bytes, with its quotes.
    static func of(_ bytes: [UInt8]) -> String { "\"\(mark(bytes))\"" }

    /// FNV-1a, 64 bits: tells versions of our own texts apart, nothing more.
    static func mark(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// Whether the client that sent `ifNoneMatch` has the version `tag`, which is quoted. The
    /// comparison is weak, as that header wants it: `W/"x"` is `"x"`.
    static func isKnown(_ tag: String, ifNoneMatch: String?) -> Bool {
        guard let field = ifNoneMatch else { return false }
        let tag = Array(tag.utf8)[...]
        var rest = Array(field.utf8)[...]
        while let entry = next(&rest) {
            if entry == tag || entry.elementsEqual("*".utf8) { return true }
        }
        return false
    }

    /// Takes the next entry of the list, without `W/`. A comma inside quotes is part of a tag.
    private static func next(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        rest = rest.drop { $0 == UInt8(ascii: ",") || isSpace($0) }
        guard !rest.isEmpty else { return nil }
        if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
        var isQuoted = false
        let end =
            rest.firstIndex { byte in
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                return byte == UInt8(ascii: ",") && !isQuoted
            } ?? rest.endIndex
        var entry = rest[..<end]
        rest = rest[end...]
        while let last = entry.last, isSpace(last) { entry = entry.dropLast() }
        return entry
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
