import Foundation

/// Scripts and pages that are compiled into the program.
enum AssetRules {
    static let table = "Sources/Kit/C/CAssets/assets.c"

    /// Whether a file is read by the program and not by the compiler.
    static func isAsset(_ path: String) -> Bool {
        [".lua", ".sql", ".html", ".css", ".js", ".json"].contains(where: path.hasSuffix)
    }

    /// Every file is in the table: the program has no other way to it.
    static func embedded(_ paths: [String], in table: TextFile) -> [Violation] {
        paths.filter { path in
            let name = path.dropFirst("Sources/".count)
            let lines = "FILE_BEGIN(\"\(name)\")\n#embed \"../../../\(name)\"\nFILE_END\n"
            return !table.text.contains(lines)
        }.map { Violation(path: $0, line: 0, what: "not embedded by \(table.path)") }
    }

    /// A script opens with its contract: its keys, its arguments, what it returns. A key that the
    /// code uses beyond it is one that no caller passes and no cluster routes.
    static func contract(_ file: TextFile) -> [Violation] {
        let comment = file.lines.prefix { $0.hasPrefix("--") }
        guard !comment.isEmpty else { return [file.violation(1, "opens without a comment")] }
        // A shared prelude is no script: its functions are handed what they need.
        guard !file.path.contains("/redis/lib/") else { return [] }
        let contract = comment.joined(separator: "\n")
        let code = file.lines.dropFirst(comment.count).map(withoutComment).joined(separator: "\n")
        var violations: [Violation] = []
        for name in ["KEYS", "ARGV"] {
            if !contract.contains("\(name)["), !contract.contains("\(name) none") {
                violations.append(
                    file.violation(1, "the contract says neither \(name)[..] nor \(name) none")
                )
            }
            let named = highest(name, in: contract)
            let used = highest(name, in: code)
            // `ARGV[2..]` is as many as there are.
            let isOpen = contract.contains("\(name)[\(named)..]")
            if used > named, !isOpen {
                violations.append(file.violation(1, "\(name)[\(used)] is not in the contract"))
            }
        }
        if !contract.contains("returns") {
            violations.append(file.violation(1, "the contract does not say what it returns"))
        }
        return violations
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        line.range(of: "--").map { line[..<$0.lowerBound] } ?? line
    }

    /// 0 where none is named. `ARGV[4 * i]` names none: it is one of many, reckoned.
    private static func highest(_ name: String, in text: String) -> Int {
        text.components(separatedBy: "\(name)[").dropFirst().compactMap { rest in
            let digits = rest.prefix(while: \.isNumber)
            let end = rest.dropFirst(digits.count).first
            return end == "]" || end == "." ? Int(digits) : nil
        }.max() ?? 0
    }
}
