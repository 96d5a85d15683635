import Capability
import HTTP
import Ledger
import Logging
import Redis

/// What all loops of a process share.
struct ServerContext: Sendable {
    let configuration: Configuration
    let secrets: Secrets
    /// What waits for slow clients, over all loops.
    let buffered: BufferedBytes
    /// Nil: requests are not logged.
    let accessLog: AccessLog?
    let listTurns = ListTurns()
    let process: ProcessContext

    /// The relay lives on the first loop, with its connections; `Clockwork` starts it.
    init(
        _ configuration: Configuration,
        _ secrets: Secrets,
        _ open: OpenLedger,
        _ redis: RedisConnection
    ) {
        self.configuration = configuration
        self.secrets = secrets
        buffered = BufferedBytes(
            max: configuration.bufferedMaxMiB << 20,
            loops: configuration.threads
        )
        accessLog = configuration.hasAccessLog ? AccessLog(configuration.logFormat) : nil
        process = ProcessContext(
            ticketKey: secrets.ticketKey,
            passKey: secrets.passKey,
            issuer: configuration.issuer,
            waitingMax: configuration.waitingMax,
            retainMs: configuration.retainMs,
            sellout: configuration.selloutFraction,
            isDemo: configuration.isDemo,
            relay: OutboxRelay(Outbox(open.database(0)), on: redis.loop)
        )
    }
}
