/// Each line that `onsale audit` prints has a row in `docs/operating.md`, which says what to do.
enum AuditRules {
    /// Whether a file holds lines of the audit: `SeatAudit.swift`, `LedgerChecksShop.swift`.
    static func isAudit(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return path.hasPrefix("Sources/") && !path.hasPrefix("Sources/Server/")
            && (name.hasSuffix("Audit.swift") || name.hasPrefix("LedgerChecks"))
    }

    /// The promises of `files`, in words; what is filled in is `...`.
    static func promises(_ files: [TextFile]) -> [String] {
        files.flatMap { file in
            file.text.matches(of: /(?:promise:|let \w+ =)\s+"([A-Za-z][^"]*)"/).map { match in
                String(match.output.1).replacing(/\\\([^)]*\)/, with: "...")
            }
        }
    }

    static func told(_ promises: [String], on page: TextFile) -> [Violation] {
        promises.filter { promise in
            !page.lines.contains { $0.hasPrefix("| \(promise) | ") }
        }
        .map { page.violation(0, "no row for the audit's line: \($0)") }
    }
}
