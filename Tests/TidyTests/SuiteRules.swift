import Foundation

/// Every suite that starts an engine or lives in real time says whether it runs beside others.
enum SuiteRules {
    private static let places: [Substring] = [".sideBySide", ".alone"]
    /// Values, models, pages: what `make quick` runs.
    private static let quick = [
        "Tests/KitTests/EventLoop/", "Tests/KitTests/Crypto/", "Tests/KitTests/JSON/",
        "Tests/KitTests/Logging/", "Tests/KitTests/Values/", "Tests/TidyTests/",
        "Tests/VerifyTests/",
    ]

    static func isMarked(_ path: String) -> Bool {
        let layer = path.split(separator: "/").dropFirst(2).first
        let isQuick =
            layer == "Domain" || layer == "Web" || quick.contains { path.hasPrefix($0) }
            || path.hasPrefix("Tests/SiteTests/") && layer != "Server"
        return path.hasPrefix("Tests/") && !isQuick
    }

    /// The first trait of each suite is its place, behind its condition: one that is skipped is not
    /// waited for. A suite in another has the other's place.
    static func placed(_ file: TextFile) -> [Violation] {
        guard isMarked(file.path) else { return [] }
        return suites(file).filter { !places.contains($0.first) }.map {
            file.violation($0.line, "its first trait is not \(places.joined(separator: " or "))")
        }
    }

    static func alone(_ files: [TextFile]) -> Int {
        files.map { suites($0).count { $0.first == ".alone" } }.reduce(0, +)
    }

    /// The number stands in the text that a developer reads.
    static func counted(_ alone: Int, in page: TextFile) -> [Violation] {
        let words = "\(alone) suites run alone"
        return page.text.contains(words) ? [] : [page.violation(0, "does not say: \(words)")]
    }

    private static func suites(_ file: TextFile) -> [(line: Int, first: Substring)] {
        let lines = file.lines
        return lines.indices.filter { lines[$0].hasPrefix("@Suite") }.map { index in
            // The traits may stand on lines of their own.
            let own = [lines[index].dropFirst("@Suite".count)] + lines[(index + 1)...].prefix(2)
            let traits = own.map { $0.drop { $0 == "(" || $0 == " " } }.filter { !$0.isEmpty }
            let first = traits.first { !$0.hasPrefix(".enabled") } ?? ""
            return (index + 1, first.prefix { $0 == "." || $0.isLetter })
        }
    }
}
