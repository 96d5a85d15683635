/// Whether visitors may be sent to this process, as `/readyz` says it: in codes. What engines said
/// stands in the log.
package struct Readiness: Sendable, Equatable {
    /// A part of the work that a balancer may ask about by itself, as `?for=line`.
    package enum Part: String, CaseIterable, Sendable {
        /// Lines, seat maps and holds: Redis works. The ledger may be away.
        case line
        /// Payments and orders: the ledger takes writes. Redis may be away.
        case sales
    }

    package enum Status: String, Sendable {
        case ready
        /// It serves, and somebody should look.
        case degraded
        case unready
        /// It still serves, and is about to stop.
        case draining
    }

    private struct Reason: Equatable {
        let code: String
        /// What cannot be done meanwhile; nil: all can.
        let stopped: Part?
    }

    private var reasons: [Reason] = []
    package var isDraining = false

    package init() {}

    /// A code stands once, however many loops say it.
    package mutating func add(_ code: String, stops part: Part? = nil) {
        if !codes.contains(code) { reasons.append(Reason(code: code, stopped: part)) }
    }

    package var codes: [String] { reasons.map(\.code) }

    /// Of one part, or of all: then a process that can do any of it is not unready.
    package func status(for part: Part? = nil) -> Status {
        if isDraining { return .draining }
        let stopped = Set(reasons.compactMap(\.stopped))
        let asked = part.map { [$0] } ?? Part.allCases
        if stopped.isSuperset(of: asked) { return .unready }
        return reasons.isEmpty ? .ready : .degraded
    }

    package func serves(_ part: Part?) -> Bool {
        switch status(for: part) {
        case .ready, .degraded: true
        case .unready, .draining: false
        }
    }
}
