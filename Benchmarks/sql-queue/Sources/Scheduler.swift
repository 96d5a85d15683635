import EventLoop
import SQL

/// Admits, round after round. Several processes may: a row lock keeps them apart.
actor Scheduler {
    private let pool: ConnectionPool
    private let everyMs: Int
    private let loop: EventLoop
    private var isDown = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(_ pool: ConnectionPool, everyMs: Int, on loop: EventLoop) {
        self.pool = pool
        self.everyMs = everyMs
        self.loop = loop
    }

    func start() {
        Task(executorPreference: loop) { await self.run() }
    }

    /// As long as the process lives; each pause begins when a round has ended.
    private func run() async {
        while true {
            do {
                try await round()
                isDown = false
            } catch {
                // Once, not with each round.
                if !isDown { printToStandardError("sql-queue: nobody is admitted: \(error)") }
                isDown = true
            }
            await loop.sleep(ms: everyMs)
        }
    }

    private func round() async throws(SQLError) {
        for row in try await pool.rows(Tokens.busyRooms) {
            let now = loop.clock.wallMs()
            _ = try await pool.transaction(Tokens.admit(to: try row.text(0), atMs: now))
        }
    }
}
