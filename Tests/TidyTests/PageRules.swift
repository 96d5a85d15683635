import Foundation

/// What keeps a page readable and honest.
enum PageRules {
    static let fileLinesMax = 300
    static let functionLinesMax = 60
    static let lineMax = 100

    static func fileLength(_ file: TextFile) -> [Violation] {
        // The text after the last line end is no line.
        let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
        guard count > fileLinesMax else { return [] }
        return [file.violation(0, "\(count) lines; the limit is \(fileLinesMax)")]
    }

    static func lineLength(_ file: TextFile) -> [Violation] {
        file.lines.enumerated().filter { $0.element.count > lineMax }.map { index, line in
            file.violation(index + 1, "\(line.count) characters; the limit is \(lineMax)")
        }
    }

    /// From the line that declares a function to the bracket at the same indent.
    static func functionLength(_ file: TextFile) -> [Violation] {
        let lines = file.lines
        return lines.indices.compactMap { start in
            guard declaresFunction(lines[start]), let end = end(of: start, in: lines) else {
                return nil
            }
            let count = end - start + 1
            guard count > functionLinesMax else { return nil }
            return file.violation(
                start + 1,
                "a function of \(count) lines; the limit is \(functionLinesMax)"
            )
        }
    }

    /// Crashes in place of errors, promises in place of work, and Foundation's way to start
    /// programs, which is not safe in many threads (`StartedProgram`).
    static func forbiddenWords(_ file: TextFile) -> [Violation] {
        // Put together here so that this file does not break its own rule.
        let words = [
            "try" + "!", "as" + "!", "FIX" + "ME", "TO" + "DO", "Process" + "()", "Pipe" + "()",
        ]
        return violations(in: file, of: words)
    }

    /// A test waits for what it needs, never for a time: a sleep stands in a loop that looks.
    static func sleeps(_ file: TextFile) -> [Violation] {
        let lines = file.lines
        return violations(in: file, of: ["Thread" + ".sleep", "u" + "sleep(", "nano" + "sleep("])
            .filter { !isInLoop($0.line - 1, of: lines) }
    }

    /// Whether the line, or one that it is indented under, opens a loop.
    private static func isInLoop(_ index: Int, of lines: [Substring]) -> Bool {
        var indent = Int.max
        for line in lines[...index].reversed() {
            let rest = line.drop { $0 == " " }
            guard !rest.isEmpty, line.count - rest.count < indent else { continue }
            indent = line.count - rest.count
            if ["while ", "for ", "repeat "].contains(where: rest.hasPrefix) { return true }
        }
        return false
    }

    private static func violations(in file: TextFile, of words: [String]) -> [Violation] {
        file.lines.enumerated().flatMap { index, line in
            words.filter { word in
                guard let found = line.range(of: word) else { return false }
                // `entry!` is no forced try.
                return line[..<found.lowerBound].last?.isLetter != true
            }.map { file.violation(index + 1, "\($0) is not done here") }
        }
    }

    private static func declaresFunction(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        let modifiers: Set<Substring> = [
            "public", "package", "internal", "fileprivate", "private", "static", "class", "final",
            "override", "mutating", "consuming", "borrowing", "nonisolated", "convenience",
            "required", "isolated",
        ]
        let first = words.first { word in
            !(word.hasPrefix("@") || word.hasPrefix("nonisolated(") || modifiers.contains(word))
        }
        guard let first else { return false }
        return first == "func" || first.hasPrefix("init(") || first.hasPrefix("init?(")
            || first.hasPrefix("init<")
    }

    /// Nil for a declaration without a body.
    private static func end(of start: Int, in lines: [Substring]) -> Int? {
        let indent = lines[start].prefix { $0 == " " }.count
        if lines[start].contains("{"), lines[start].hasSuffix("}") { return start }
        for index in lines.indices.dropFirst(start + 1) {
            let rest = lines[index].drop { $0 == " " }
            guard !rest.isEmpty, lines[index].count - rest.count <= indent else { continue }
            if rest.hasPrefix("}") { return index }
            // What may stand at the margin between a declaration and its body.
            guard [")", "{", "->", "where ", "#"].contains(where: rest.hasPrefix) else {
                return nil
            }
        }
        return nil
    }
}
