import Engines
import Ledger
import Redis
import Site

/// One capability on one loop, as the server sees it: the same shape for all. Its paths, contract
/// and files are those of its `Handlers`; the file `Face.swift` of its folder has the rest.
///
/// To add one is to add a folder and a word in the list of `Operating`.
package protocol Capability: Handlers {
    /// The functions that its calls to Redis take.
    static var scripts: [RedisScript] { get }
    /// What must hold in the ledger at any instant.
    static var checks: [LedgerCheck] { get }
    /// Compares Redis with the ledger; one line for each promise.
    static func audit(_ engines: AuditEngines) async -> [AuditLine]
    /// What it counts as sold, for `onsale_sales_total`.
    static var counted: [Counts.Kind] { get }
    /// Its part of `/metrics`, over the loops of this process.
    static func metrics(_ loops: [LoopContext]) async throws(StoreError) -> MetricsText

    /// Builds it from what the loop has, and from the capabilities that were built before.
    init(in context: LoopContext) async throws(StoreError)
    /// The consumers of committed events. The server asks for them on the first loop only.
    var consumers: [OutboxConsumer] { get }
    /// The ledgers whose old rows are deleted. The server asks for them on the first loop only.
    var pruned: [any Pruned] { get }
    /// Codes for `/readyz` of what fails in this capability while both engines work. The process
    /// goes on serving, and is degraded. The server asks the first loop only, once a second.
    func troubles() async -> [String]
    /// Starts its background work. The server calls it on the first loop only, after every `start`.
    func startClock() async
    func stopClock() async
}

extension Capability {
    package static var scripts: [RedisScript] { [] }
    package static var checks: [LedgerCheck] { [] }
    package static var counted: [Counts.Kind] { [] }
    package static func audit(_ engines: AuditEngines) async -> [AuditLine] { [] }
    package static func metrics(_ loops: [LoopContext]) async throws(StoreError) -> MetricsText {
        MetricsText()
    }
    package var consumers: [OutboxConsumer] { [] }
    package var pruned: [any Pruned] { [] }
    package func troubles() async -> [String] { [] }
    package func startClock() async {}
    package func stopClock() async {}
}

extension SiteHandlers: Capability {
    package convenience init(in context: LoopContext) { self.init(site: context.site) }
}
