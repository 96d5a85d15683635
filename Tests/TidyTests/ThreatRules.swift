import Foundation

/// What `docs/threats.md` says of attacks is held by tests that it names.
enum ThreatRules {
    static let sections = [
        "Cheating the line", "Cheating the sale", "Attacks on visitors and pages",
    ]
    /// Shorter words give no reason.
    private static let reasonLeast = 5

    /// `SuiteTests` and `SuiteTests.test` for each test of `files`.
    static func tests(_ files: [TextFile]) -> Set<String> {
        var names: Set<String> = []
        for file in files {
            var suite: String?
            var isTest = false
            for line in file.lines {
                let words = line.split(separator: " ")
                if let type = word(after: ["struct", "class"], in: words), type.hasSuffix("Tests") {
                    suite = type
                }
                isTest = isTest || words.contains { $0.hasPrefix("@Test") }
                guard isTest, let test = word(after: ["func"], in: words) else { continue }
                isTest = false
                if let suite { names.formUnion([suite, "\(suite).\(test)"]) }
            }
        }
        return names
    }

    /// Every test that the page names is there, and each row of its attacks names one or says why
    /// there is none: `not tested: ` and the reason.
    static func held(_ page: TextFile, by tests: Set<String>) -> [Violation] {
        var violations: [Violation] = []
        var section = ""
        var rows: [String: Int] = [:]
        for (index, line) in page.lines.enumerated() {
            if line.hasPrefix("## ") { section = String(line.dropFirst(3)) }
            let named = named(line)
            violations += named.filter { !tests.contains($0) }.map {
                page.violation(index + 1, "there is no test \($0)")
            }
            guard sections.contains(section), line.hasPrefix("| **") else { continue }
            rows[section, default: 0] += 1
            let gaps = line.components(separatedBy: "not tested").dropFirst()
            if !gaps.allSatisfy(isReason) {
                violations.append(page.violation(index + 1, "not tested, and not why"))
            } else if gaps.isEmpty, named.isEmpty {
                violations.append(page.violation(index + 1, "names no test"))
            }
        }
        return violations
            + sections.filter { rows[$0] == nil }.map { page.violation(0, "no rows in \($0)") }
    }

    private static func isReason(_ rest: String) -> Bool {
        rest.hasPrefix(": ")
            && rest.dropFirst(2).prefix { !").;|".contains($0) }.count >= reasonLeast
    }

    /// The names in backticks that look like a suite or a test.
    private static func named(_ line: Substring) -> [String] {
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }.filter { name in
            name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." }
                && name.split(separator: ".").first?.hasSuffix("Tests") == true
        }
    }

    private static func word(after keywords: Set<Substring>, in words: [Substring]) -> String? {
        guard let place = words.dropLast().firstIndex(where: keywords.contains) else { return nil }
        return String(words[place + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }
}
