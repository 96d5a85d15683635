/// Numbers, lengths of time, instants and filled texts. The scripts write the same
/// (`words.js`); a change here is a change there.
extension Words {
    /// Digits in groups of three, which all our languages separate with a comma.
    package static func number(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A length of time as `4:51` or `1:00:00`, whole seconds, rounded down.
    package static func clock(ms: Int64) -> String {
        let seconds = max(0, ms / 1_000)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = seconds / 60 % 60
        let rest = two(seconds % 60)
        guard seconds >= 3_600 else { return "\(minutes):\(rest)" }
        return "\(seconds / 3_600):\(two(minutes)):\(rest)"
    }

    /// `2026-12-24T01:00:00.000Z` as `2026-12-24 01:00 UTC`: the server does not know the visitor's
    /// clock. The script puts local time in its place. Anything else is shown as it came.
    package static func instant(_ rfc3339: String) -> String {
        let bytes = Array(rfc3339.utf8)
        let isInstant = bytes.count >= 17 && bytes[10] == UInt8(ascii: "T")
        guard isInstant, bytes.last == UInt8(ascii: "Z") else { return rfc3339 }
        let date = String(decoding: bytes[..<10], as: UTF8.self)
        let time = String(decoding: bytes[11..<16], as: UTF8.self)
        return "\(date) \(time) UTC"
    }

    /// Puts values in the place of `{name}`. Names without a value stay, values are not looked
    /// into again: a room called `{n}` is shown as that.
    static func fill(_ phrase: String, _ values: [String: String]) -> String {
        var text = ""
        var rest = phrase[...]
        while let open = rest.firstIndex(of: "{"),
            let close = rest[open...].firstIndex(of: "}")
        {
            text += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            text += values[name] ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }
}
