extension JSONValue {
    /// Bytes of a document before it is refused unread. The worst 1 MiB (`[0,0,...]`) becomes about
    /// 512 Ki values x 60 B = 30 MiB for as long as it is looked at; the network sets less.
    public static let bytesMax = 1 << 20

    /// Arrays and objects inside each other. Nothing of ours needs 8; it bounds our recursion.
    static let depthMax = 32

    /// Reads one document of RFC 8259 in UTF-8.
    ///
    /// Stricter than the RFC where it leaves a choice: duplicate names, numbers outside
    /// `Double`, `\u0000` and lone surrogates are refused.
    public static func parse(
        _ bytes: [UInt8],
        bytesMax: Int = JSONValue.bytesMax
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= bytesMax else {
            throw JSONError(line: 1, column: 1, reason: "longer than \(bytesMax) bytes")
        }
        guard !bytes.isEmpty else {
            throw JSONError(line: 1, column: 1, reason: "nothing there")
        }
        try refuseWhatTheParserLetsPass(bytes)
        return try JSONDocument(bytes).value()
    }

    /// What jansson would not refuse: it recurses 2,048 deep, and it takes a NUL byte for the end
    /// of the document and never looks at what follows.
    private static func refuseWhatTheParserLetsPass(_ bytes: [UInt8]) throws(JSONError) {
        var depth = 0
        var line = 1
        var lineStart = 0
        var isInString = false
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0: throw JSONError(line: line, column: index - lineStart + 1, reason: "NUL byte")
            case UInt8(ascii: "\n"):
                line += 1
                lineStart = index + 1
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = isInString
            case UInt8(ascii: "\""): isInString.toggle()
            case _ where isInString: break
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            if depth > depthMax {
                let reason = "more than \(depthMax) levels deep"
                throw JSONError(line: line, column: index - lineStart + 1, reason: reason)
            }
        }
    }
}
