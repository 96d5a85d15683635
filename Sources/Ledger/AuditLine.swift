import Engines
import EventLoop
import SQL

/// One promise, held against live data.
package struct AuditLine: Sendable, Equatable {
    package enum Finding: Sendable, Equatable {
        case kept
        case broken
        /// It was broken, and Redis was loaded from the ledger.
        case mended
        /// An engine that it takes is away.
        case notChecked
        /// It could not be looked at for another reason, or the ledger, which was there when the
        /// audit began, could not be read.
        case failed
    }

    /// The promise, in words.
    package var promise: String
    package var finding: Finding
    /// What was counted, or what breaks it.
    package var detail: String

    package init(_ promise: String, _ finding: Finding, _ detail: String) {
        self.promise = promise
        self.finding = finding
        self.detail = detail
    }

    /// Of a promise that could not be looked at.
    package init(_ promise: String, unchecked error: StoreError) {
        self.init(promise, error.isMomentary ? .notChecked : .failed, error.reason)
    }

    /// The names of what breaks a promise, as many as a line has.
    package static func names(_ broken: [String]) -> String {
        let rest = broken.count - LedgerCheck.namedMax
        let named = broken.prefix(LedgerCheck.namedMax).joined(separator: "; ")
        return rest > 0 ? "\(named); and \(rest) more" : named
    }
}

/// What of Redis differs from the ledger, and what is done about it. What was committed a moment
/// ago may be on its way to Redis, so only what stays different counts.
package struct AuditRepair<ID: Hashable & Sendable>: Sendable {
    let promise: String
    let loop: EventLoop
    /// How one differs now; nil: it does not.
    let difference: @Sendable (ID) async throws(StoreError) -> String?
    /// False: nothing is changed.
    let repairs: Bool
    /// Loads one from the ledger.
    let repair: @Sendable (ID) async throws(StoreError) -> Void
    /// Takes out of Redis what cannot be read there, and loads it.
    let replace: @Sendable (ID) async throws(StoreError) -> Void

    package init(
        promise: String,
        loop: EventLoop,
        difference: @escaping @Sendable (ID) async throws(StoreError) -> String?,
        repairs: Bool,
        repair: @escaping @Sendable (ID) async throws(StoreError) -> Void,
        replace: @escaping @Sendable (ID) async throws(StoreError) -> Void
    ) {
        self.promise = promise
        self.loop = loop
        self.difference = difference
        self.repairs = repairs
        self.repair = repair
        self.replace = replace
    }

    private struct Suspect {
        let id: ID
        var what = ""
        var isReadable = true
    }

    /// Looks at all that differ, with `patienceMs` between two: together longer than the relay's
    /// pause, and than a coupon's number may be undecided.
    private static var looksMax: Int { 6 }
    private static var patienceMs: Int { 500 }

    /// The lines of what differs; none: nothing does.
    package func lines(_ ids: [ID]) async throws(StoreError) -> [AuditLine] {
        let found = try await lasting(ids)
        guard repairs, !found.isEmpty else { return lines(broken: found) }
        for suspect in found {
            if suspect.isReadable {
                try await repair(suspect.id)
            } else {
                try await replace(suspect.id)
            }
        }
        let left = try await lasting(found.map(\.id))
        let leftIDs = Set(left.map(\.id))
        let mended = found.filter { !leftIDs.contains($0.id) }
        guard !mended.isEmpty else { return lines(broken: left) }
        let line = AuditLine(promise, .mended, AuditLine.names(mended.map(\.what)))
        return [line] + lines(broken: left)
    }

    private func lines(broken: [Suspect]) -> [AuditLine] {
        guard !broken.isEmpty else { return [] }
        return [AuditLine(promise, .broken, AuditLine.names(broken.map(\.what)))]
    }

    private func lasting(_ ids: [ID]) async throws(StoreError) -> [Suspect] {
        var suspects = ids.map { Suspect(id: $0) }
        for look in 1...Self.looksMax {
            if look > 1, !suspects.isEmpty { await loop.sleep(ms: Self.patienceMs) }
            var left: [Suspect] = []
            for suspect in suspects {
                if let found = try await suspicion(of: suspect.id) { left.append(found) }
            }
            suspects = left
        }
        return suspects
    }

    private func suspicion(of id: ID) async throws(StoreError) -> Suspect? {
        do throws(StoreError) {
            return try await difference(id).map { Suspect(id: id, what: "\(id): \($0)") }
        } catch {
            guard !error.isMomentary else { throw error }
            return Suspect(
                id: id,
                what: "\(id) cannot be read: \(error.reason)",
                isReadable: false
            )
        }
    }
}

/// A promise of the ledger: one statement that lists what breaks it, and one number that tells how
/// much was looked at.
package struct LedgerCheck: Sendable {
    let promise: String
    /// One row with one number.
    let looked: SQL
    let unit: String
    /// A row for each break; its first column names it.
    let breaks: SQL

    package init(promise: String, looked: SQL, unit: String, breaks: SQL) {
        self.promise = promise
        self.looked = looked
        self.unit = unit
        self.breaks = breaks
    }

    /// Breaks that a line names.
    package static let namedMax = 5
}
