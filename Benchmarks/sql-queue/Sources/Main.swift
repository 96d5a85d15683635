import EventLoop
import Glibc
import HTTP
import SQL

/// `sql-queue --postgres URL`: a waiting room and its seats as they were built before Redis, to be
/// measured beside Onsale: a table of tokens, positions by `count(*)`, a scheduler that admits
/// under a row lock, a transaction a request. It has Onsale's HTTP and Onsale's driver, so that
/// what differs is the design.
///
/// It believes `X-User-Id`, and whoever reaches it may open rooms: on this machine only.
@main enum Main {
    static func main() async {
        let options: Options
        do {
            options = try Options(Array(CommandLine.arguments.dropFirst()))
        } catch {
            printToStandardError("sql-queue: \(error.line)\n\(Options.usage)")
            exit(64)
        }
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop.start()
        await Task(executorPreference: loop) { await serve(options, on: loop) }.value
    }

    /// Serves until a signal ends the process: nothing is kept in it.
    private static func serve(_ options: Options, on loop: EventLoop) async {
        let pool = ConnectionPool(options.postgres, connections: options.connections, on: loop)
        let configuration = HTTPConfiguration(port: options.port)
        do {
            try await pool.start()
            for statement in Schema.statements { _ = try await pool.transaction([statement]) }
            let scheduler = Scheduler(pool, everyMs: options.everyMs, on: loop)
            await scheduler.start()
            let routes = Routes(pool, clock: loop.clock, pollAfterMs: options.everyMs).all
            let server = HTTPServer(configuration, routes: routes, on: loop)
            let port = try await server.start()
            printToStandardError("sql-queue: listening on http://127.0.0.1:\(port)")
            while true { await loop.sleep(ms: 3_600_000) }
        } catch {
            printToStandardError("sql-queue: \(error)")
            exit(1)
        }
    }
}

func printToStandardError(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
