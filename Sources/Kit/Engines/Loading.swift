public import EventLoop
import Logging

/// A state of Redis that is built from the ledger. The operator's log says what, in place of what,
/// and how long it took.
///
///     let loading = Loading("seats", id.raw, isOlder: replaced != "", on: loop)
///     ...
///     loading.ended([("sold", "\(picture.sold)")])
public struct Loading: Sendable {
    private let kind: String
    private let name: String
    private let isOlder: Bool
    private let loop: EventLoop
    private let startNs: UInt64

    /// Begins now. `isOlder`: Redis has the state, as it was or as it is no longer.
    public init(_ kind: String, _ name: String, isOlder: Bool, on loop: EventLoop) {
        self.kind = kind
        self.name = name
        self.isOlder = isOlder
        self.loop = loop
        startNs = loop.clock.monotonicNs()
    }

    /// Since it began.
    public var ms: Int64 { Int64((loop.clock.monotonicNs() - startNs) / 1_000_000) }

    /// Redis has it. `details` are more fields of the line, as of one of `Log`.
    public func ended(_ details: [(String, String)] = []) {
        Log.info(
            "loaded_from_ledger",
            kind: kind,
            [(kind, name), ("redis_had", isOlder ? "older" : "nothing"), ("ms", "\(ms)")]
                + details
        )
    }
}
