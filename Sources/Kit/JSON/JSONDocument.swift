import CJansson

/// A parsed document in jansson's memory; frees it. jansson keeps the order of members.
@safe struct JSONDocument: ~Copyable {
    private let root: UnsafeMutablePointer<json_t>
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(JSONError) {
        var error = json_error_t()
        let root = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe cjansson_load(buffer.baseAddress, buffer.count, &error)
        }
        guard let root = unsafe root else {
            throw JSONError(
                line: max(1, Int(error.line)),
                column: max(1, Int(error.column)),
                reason: Self.reason(unsafe String(cString: cjansson_error_text(&error)))
            )
        }
        unsafe self.root = root
        self.bytes = bytes
    }

    /// What jansson says of a NUL, in a value and in a name: words for who calls it.
    private static let wordsForNUL = [
        #"\u0000 is not allowed without JSON_ALLOW_NUL"#, "NUL byte in object key not supported",
    ]

    /// In words for who wrote the document.
    private static func reason(_ text: String) -> String {
        for words in wordsForNUL where text.hasPrefix(words) {
            return #"\u0000 is not allowed"# + text.dropFirst(words.count)
        }
        return text
    }

    deinit { unsafe cjansson_decref(root) }

    func value() -> JSONValue {
        var numbers = JSONNumberTexts(of: bytes)
        return unsafe Self.value(of: root, &numbers)
    }

    /// Recursion is bounded by `JSONValue.depthMax`, which was checked before.
    private static func value(
        of json: UnsafeMutablePointer<json_t>?,
        _ numbers: inout JSONNumberTexts
    ) -> JSONValue {
        guard let json = unsafe json else { return .null }
        switch unsafe cjansson_typeof(json) {
        case JSON_TRUE: return .bool(true)
        case JSON_FALSE: return .bool(false)
        case JSON_REAL: return unsafe .number(numbers.next(), double: json_real_value(json))
        case JSON_STRING:
            return unsafe .string(string(json_string_value(json), json_string_length(json)))
        case JSON_ARRAY:
            let count = unsafe json_array_size(json)
            return .array(
                (0..<count).map { unsafe value(of: json_array_get(json, $0), &numbers) }
            )
        case JSON_OBJECT: return unsafe .object(members(of: json, &numbers))
        default: return .null
        }
    }

    private static func members(
        of json: UnsafeMutablePointer<json_t>,
        _ numbers: inout JSONNumberTexts
    ) -> [JSONMember] {
        var members: [JSONMember] = []
        unsafe members.reserveCapacity(json_object_size(json))
        var next = unsafe json_object_iter(json)
        while let current = unsafe next {
            let name = unsafe string(
                json_object_iter_key(current),
                json_object_iter_key_len(current)
            )
            let value = unsafe value(of: json_object_iter_value(current), &numbers)
            members.append(JSONMember(name: name, value: value))
            unsafe next = json_object_iter_next(json, current)
        }
        return members
    }

    private static func string(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start = unsafe start else { return "" }
        let raw = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe String(decoding: raw, as: UTF8.self)
    }
}
