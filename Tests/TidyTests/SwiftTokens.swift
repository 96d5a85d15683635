/// The words and signs of a Swift file, without comments; a string is `""`, whatever it says.
struct SwiftTokens {
    struct Token: Equatable {
        let text: String
        /// 1 for the first.
        let line: Int
        /// Whether it is the first of its line.
        let opensLine: Bool
        /// Whether a space or the line's end follows.
        var endsBySpace = false

        var isWord: Bool { text.first.map { $0.isLetter || $0 == "_" } ?? false }
        var isSign: Bool { text.utf8.first.map(SwiftTokens.signs.contains) ?? false }
        var opens: Bool { ["(", "[", "{"].contains(text) }
        var closes: Bool { [")", "]", "}"].contains(text) }
    }

    let all: [Token]

    private static let signs = Set("=-+!*%<>&|^~?/.".utf8)

    init(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        all = reader.tokens()
    }

    /// The place of the bracket that closes the one at `start`.
    func end(of start: Int) -> Int {
        var depth = 0
        for index in start..<all.count {
            if all[index].opens { depth += 1 }
            if all[index].closes { depth -= 1 }
            if depth == 0 { return index }
        }
        return all.count - 1
    }

    /// Whether an `await` stands in `range`, not counting those of closures in it.
    func waits(in range: Range<Int>, countingBraces: Bool = false) -> Bool {
        var braces = 0
        for token in all[range] {
            if token.text == "{" { braces += 1 }
            if token.text == "}" { braces -= 1 }
            if token.text == "await", braces == 0 || countingBraces { return true }
        }
        return false
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0
        var line = 1
        var isAtStart = true
        var found: [Token] = []

        mutating func tokens() -> [Token] {
            while place < bytes.count {
                switch (bytes[place], next) {
                case (newLine, _):
                    step()
                    isAtStart = true
                case (UInt8(ascii: " "), _), (UInt8(ascii: "\t"), _): step()
                case (slash, slash):
                    while place < bytes.count, bytes[place] != newLine { step() }
                case (slash, UInt8(ascii: "*")): skip(past: "*/", from: 2)
                case (UInt8(ascii: "#"), quote): string { $0.skip(past: "\"#", from: 2) }
                case (quote, quote) where starts("\"\"\""):
                    string { $0.skip(past: "\"\"\"", from: 3) }
                case (quote, _): string { $0.skipString() }
                default: read()
                }
            }
            return found
        }

        private let newLine = UInt8(ascii: "\n"), slash = UInt8(ascii: "/")
        private let quote = UInt8(ascii: "\"")
        private var next: UInt8 { place + 1 < bytes.count ? bytes[place + 1] : 0 }

        init(bytes: [UInt8]) { self.bytes = bytes }

        private func starts(_ text: String) -> Bool {
            var index = place
            for byte in text.utf8 {
                guard index < bytes.count, bytes[index] == byte else { return false }
                index += 1
            }
            return true
        }

        private mutating func string(_ skip: (inout Reader) -> Void) {
            let token = Token(text: "\"\"", line: line, opensLine: isAtStart)
            skip(&self)
            found.append(token)
            isAtStart = false
        }

        private mutating func step() {
            if bytes[place] == newLine { line += 1 }
            place += 1
        }

        private mutating func skip(past end: String, from count: Int) {
            place += count
            while place < bytes.count, !starts(end) { step() }
            place = min(place + end.utf8.count, bytes.count)
        }

        private mutating func skipString() {
            step()
            while place < bytes.count, bytes[place] != quote {
                if bytes[place] == UInt8(ascii: "\\") { step() }
                if place < bytes.count { step() }
            }
            place = min(place + 1, bytes.count)
        }

        private mutating func read() {
            let start = place
            let isPart: (UInt8) -> Bool =
                if isWord(bytes[start]) { isWord } else if signs.contains(bytes[start]) {
                    signs.contains
                } else { { _ in false } }
            place += 1
            while place < bytes.count, isPart(bytes[place]) { place += 1 }
            var token = Token(
                text: String(decoding: bytes[start..<place], as: UTF8.self),
                line: line,
                opensLine: isAtStart
            )
            token.endsBySpace = place == bytes.count || [32, 10].contains(bytes[place])
            found.append(token)
            isAtStart = false
        }

        private func isWord(_ byte: UInt8) -> Bool {
            byte >= 128 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "@")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32)
        }
    }
}
