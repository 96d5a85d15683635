/// A statement that updates a row names it (`where \(row: .coupon(id))`): by that, groups of
/// entries are put into an order in which none waits for another in a circle.
enum TouchRules {
    /// Tables whose rows nobody names: numbers are given under a lock of their own.
    private static let unnamed: Set<Substring> = ["outbox"]

    static func named(_ file: TextFile) -> [Violation] {
        guard file.path.hasPrefix("Sources/"), !file.path.hasPrefix("Sources/Kit/") else {
            return []
        }
        return file.text.matches(of: /"\s*update (\w+) set\s[^"]*"/).compactMap { match in
            guard !match.output.1.isEmpty, !unnamed.contains(match.output.1),
                !match.output.0.contains("\\(row: ")
            else { return nil }
            let line = file.text[..<match.output.1.startIndex].count { $0 == "\n" } + 1
            return file.violation(line, "the update of \(match.output.1) names no row")
        }
    }
}
