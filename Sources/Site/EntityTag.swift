import HTTP

/// Strong entity tags (RFC 9110, section 8.8.3) and what clients ask with them.
package enum EntityTag {
    /// Of these very bytes, with its quotes.
    static func of(_ bytes: [UInt8]) -> String { "\"\(mark(bytes))\"" }

    /// Of an operator's document. The revision tells one that was changed to and fro from the one
    /// that it was.
    package static func of(_ bytes: [UInt8], revision: Int64) -> String {
        "\"\(revision)-\(mark(bytes))\""
    }

    /// FNV-1a, 64 bits: tells versions of our own texts apart, nothing more.
    static func mark(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// Of a document that says more than what the operator has put, as counts: the tag of what was
    /// put, `said`, and a part of its own behind a `+`.
    static func of(_ bytes: [UInt8], said: String) -> String {
        "\(said.dropLast())+\(mark(bytes))\""
    }

    /// Whether the client that sent `ifNoneMatch` has the version `tag`, which is quoted. The
    /// comparison is weak, as that header wants it: `W/"x"` is `"x"`.
    static func isKnown(_ tag: String, ifNoneMatch field: String) -> Bool {
        let bytes = Array(field.utf8)
        if isAny(bytes) { return true }
        var rest = bytes[...]
        while let (entry, _) = next(&rest) {
            if entry.elementsEqual(tag.utf8) { return true }
        }
        return false
    }

    /// Whether the version `tag`, nil: there is none, is one of `ifMatch`. The comparison is
    /// strong, as that header wants it: `W/"x"` is nothing's tag (RFC 9110, section 13.1.1). What
    /// stands behind a `+` does not count: nobody changes it.
    static func isMatch(_ tag: String?, ifMatch field: String) -> Bool {
        guard let tag else { return false }
        let bytes = Array(field.utf8)
        if isAny(bytes) { return true }
        var rest = bytes[...]
        while let (entry, isWeak) = next(&rest) {
            // In a list it stands for nothing.
            if entry.elementsEqual("*".utf8) { return false }
            if isWeak { continue }
            if names(entry, tag) { return true }
        }
        return false
    }

    /// Whether a change that `ifNoneMatch` came with is not to be made: the version `tag` is among
    /// those that it names, as in `isMatch`, but weakly compared; `*` is any.
    static func isExcluded(_ tag: String, ifNoneMatch field: String) -> Bool {
        let bytes = Array(field.utf8)
        if isAny(bytes) { return true }
        var rest = bytes[...]
        while let (entry, _) = next(&rest) {
            if names(entry, tag) { return true }
        }
        return false
    }

    /// Whether an entry is `tag`, or it with a part of the text's own behind a `+`.
    private static func names(_ entry: ArraySlice<UInt8>, _ tag: String) -> Bool {
        if entry.elementsEqual(tag.utf8) { return true }
        let said = "\(tag.dropLast())+".utf8
        guard entry.starts(with: said), entry.last == UInt8(ascii: "\"") else { return false }
        return entry.dropFirst(said.count).dropLast().allSatisfy(isOfTag)
    }

    /// `etagc` of RFC 9110, section 8.8.3.
    private static func isOfTag(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != UInt8(ascii: "\"") && byte != 0x7F
    }

    /// A `*` stands for any version, alone.
    private static func isAny(_ field: [UInt8]) -> Bool {
        var rest = field[...]
        guard let (first, isWeak) = next(&rest) else { return false }
        return first.elementsEqual("*".utf8) && !isWeak && next(&rest) == nil
    }

    /// Takes the next entry of the list, without `W/`. A comma inside quotes is part of a tag.
    private static func next(_ rest: inout ArraySlice<UInt8>)
        -> (tag: ArraySlice<UInt8>, isWeak: Bool)?
    {
        rest = rest.drop { $0 == UInt8(ascii: ",") || isSpace($0) }
        guard !rest.isEmpty else { return nil }
        let isWeak = rest.starts(with: "W/".utf8)
        if isWeak { rest = rest.dropFirst(2) }
        var isQuoted = false
        let end =
            rest.firstIndex { byte in
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                return byte == UInt8(ascii: ",") && !isQuoted
            } ?? rest.endIndex
        var entry = rest[..<end]
        rest = rest[end...]
        while let last = entry.last, isSpace(last) { entry = entry.dropLast() }
        return (entry, isWeak)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension HTTPRequest {
    /// Whether the client has the version `tag` already: 304.
    package func knows(_ tag: String) -> Bool {
        guard let field = list("If-None-Match") else { return false }
        return EntityTag.isKnown(tag, ifNoneMatch: field)
    }
}
