import Engines
import EventLoop
import Ledger
import Redis
import Site
import SQL

/// One capability on one loop, as the server sees it: the same shape for all. Its paths, contract
/// and files are those of its `Handlers`; the file `Face.swift` of its folder has the rest.
///
/// To add one is to add a folder and a word in the list of `Operating`.
package protocol Capability: Handlers {
    /// The functions that its calls to Redis take.
    static var scripts: [RedisScript] { get }
    /// What must hold in the ledger at any instant.
    static var checks: [LedgerCheck] { get }
    /// What Redis must agree with, line by line.
    static func audit(_ engines: AuditEngines) async -> [AuditLine]
    /// What it counts as sold, for `onsale_sales_total`.
    static var counted: [Counts.Kind] { get }
    /// Its part of `/metrics`, over the loops of this process.
    static func metrics(_ loops: [LoopContext]) async throws(StoreError) -> MetricsText

    /// Builds it from what the loop has, and from the capabilities that were built before.
    init(in context: LoopContext) async throws(StoreError)
    /// Who is told what was committed. Asked on the first loop alone.
    var consumers: [OutboxConsumer] { get }
    /// What is deleted when it is over. Asked on the first loop alone.
    var pruned: [any Pruned] { get }
    /// Why this process cannot serve, as codes of `/readyz`. Asked on the first loop alone.
    func obstacles() async -> [String]
    /// Begins what it does by itself. On the first loop alone, after `start` of all.
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
    package func obstacles() async -> [String] { [] }
    package func startClock() async {}
    package func stopClock() async {}
}

extension SiteHandlers: Capability {
    package convenience init(in context: LoopContext) { self.init(site: context.site) }
}

/// What an audit works with, beside a running server or without one.
package struct AuditEngines: Sendable {
    package let database: any Database
    package let redis: RedisConnection
    /// What is wrong in Redis is loaded from the ledger.
    package let repairs: Bool
    /// How long what is over stays in Redis.
    package let retainMs: Int64
    package let loop: EventLoop

    package init(
        database: any Database,
        redis: RedisConnection,
        repairs: Bool,
        retainMs: Int64,
        on loop: EventLoop
    ) {
        self.database = database
        self.redis = redis
        self.repairs = repairs
        self.retainMs = retainMs
        self.loop = loop
    }
}
