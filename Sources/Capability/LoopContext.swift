import Crypto
import Engines
import EventLoop
import Ledger
import Redis
import Site
import SQL
import Synchronization
import Values

/// What all loops of a process share, and the flags that capabilities read.
package struct ProcessContext: Sendable {
    /// HMAC key of tickets, holds and visitors' names, 32 bytes.
    package let ticketKey: [UInt8]
    package let passKey: SigningKey
    /// The `iss` of passes.
    package let issuer: String
    /// Visitors in one room's line.
    package let waitingMax: Int
    /// How long what is over stays in Redis.
    package let retainMs: Int64
    /// The part of a performance's seats that is a sell-out.
    package let sellout: SelloutFraction
    /// The room `demo` is open.
    package let isDemo: Bool
    /// Told after every commit that wrote into the outbox.
    package let relay: OutboxRelay
    let attempts = AttemptsInFlight()

    package init(
        ticketKey: [UInt8],
        passKey: SigningKey,
        issuer: String,
        waitingMax: Int,
        retainMs: Int64,
        sellout: SelloutFraction,
        isDemo: Bool,
        relay: OutboxRelay
    ) {
        self.ticketKey = ticketKey
        self.passKey = passKey
        self.issuer = issuer
        self.waitingMax = waitingMax
        self.retainMs = retainMs
        self.sellout = sellout
        self.isDemo = isDemo
        self.relay = relay
    }
}

/// One loop of a server: its engines, and its capabilities by their types. A capability that is
/// built finds those before it in the list.
package final class LoopContext: Sendable {
    package let process: ProcessContext
    /// The first loop's: what the process has once is there. Nil: this is the first.
    package let first: LoopContext?
    package let site: Site
    package let redis: RedisConnection
    package let database: any Database
    package let attempts: Attempts
    package let loop: EventLoop
    private let parts = Mutex<[ObjectIdentifier: any Sendable]>([:])

    package init(
        _ process: ProcessContext,
        first: LoopContext?,
        site: Site,
        redis: RedisConnection,
        database: any Database
    ) {
        self.process = process
        self.first = first
        self.site = site
        self.redis = redis
        self.database = database
        loop = site.loop
        attempts = Attempts(database, inFlight: process.attempts, on: loop)
    }

    /// What committed something tells the relay.
    package var committed: @Sendable () -> Void { { [relay = process.relay] in relay.nudge() } }

    /// A capability, or an offer (`Balances`), that is there already; without it the program stops.
    package subscript<Part: Sendable>(_ type: Part.Type) -> Part {
        guard let part = parts.withLock({ $0[ObjectIdentifier(type)] }) as? Part else {
            preconditionFailure("\(type) is not built yet")
        }
        return part
    }

    package func add<Part: Sendable>(_ part: Part) {
        parts.withLock { $0[ObjectIdentifier(Part.self)] = part }
    }
}

/// Points of a user, for a page of a capability that does not know points.
package struct Balances: Sendable {
    package let balance: @Sendable (UserID) async throws(StoreError) -> Int64

    package init(_ balance: @escaping @Sendable (UserID) async throws(StoreError) -> Int64) {
        self.balance = balance
    }
}

/// Titles of concerts, for a page of a capability that does not know concerts.
package struct Titles: Sendable {
    package typealias Read =
        @Sendable (Set<ConcertID>) async throws(StoreError) -> [ConcertID: String]
    package let titles: Read

    package init(_ titles: @escaping Read) { self.titles = titles }
}
