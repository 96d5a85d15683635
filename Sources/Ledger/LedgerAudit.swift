import Engines
import SQL

/// Holds promises of the ledger against what is in it now.
package struct LedgerAudit: Ledger {
    package let database: any Database

    package init(_ database: any Database) { self.database = database }

    package func lines(_ checks: [LedgerCheck]) async -> [AuditLine] {
        var lines: [AuditLine] = []
        for check in checks { lines.append(await line(check)) }
        return lines
    }

    private func line(_ check: LedgerCheck) async -> AuditLine {
        do throws(StoreError) {
            let limit = LedgerCheck.namedMax + 1
            let found = try await read([
                check.looked,
                "select * from (\(check.breaks)) as breaks limit \(limit)",
            ])
            let (looked, names) = try decoded { () throws(SQLError) in
                var names: [String] = []
                for row in found[1].rows { names.append(try row.optionalText(0) ?? "?") }
                return (try found[0].rows.first?.integer(0) ?? 0, names)
            }
            guard names.isEmpty else {
                let rest = names.count > LedgerCheck.namedMax ? ", ..." : ""
                let named = names.prefix(LedgerCheck.namedMax).joined(separator: ", ")
                return AuditLine(check.promise, .broken, named + rest)
            }
            return AuditLine(check.promise, .kept, "\(looked) \(check.unit)")
        } catch {
            return AuditLine(check.promise, .failed, error.reason)
        }
    }
}
