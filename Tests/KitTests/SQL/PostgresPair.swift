import EventLoop
import TestPostgres

@testable import SQL
@testable import TestKit

/// A primary and its standby, and the ledger of both.
struct PostgresPair {
    let primary: PrivatePostgres
    let standby: PrivatePostgres

    static let entries: SQL = "create table entries (entry bigint primary key)"

    static func entry(_ number: Int) -> [SQL] {
        ["insert into entries (entry) values (\(number))"]
    }

    /// `isSynchronous`: commits wait for the standby.
    init(isSynchronous: Bool) throws {
        primary = try PrivatePostgres(isDurable: false)
        standby = try PrivatePostgres(standbyOf: primary)
        if isSynchronous { try primary.waitForStandby() }
    }

    func stop() {
        standby.stop()
        primary.stop()
    }

    /// Both, the primary first.
    var url: String {
        "postgres://\(PrivatePostgres.user)@/postgres?host=\(primary.folder),\(standby.folder)"
    }

    /// Quick to give up, and with a memory of promotions that no other test has.
    static var quick: PostgresConfiguration {
        var configuration = PostgresConfiguration()
        configuration.answerTimeoutMs = 300
        configuration.slowAfterMs = 200
        configuration.connectTimeoutMs = 300
        configuration.backoffMaxMs = 50
        configuration.sessionLookMaxMs = 50
        return configuration
    }

    /// The ledger's sessions at a server, and how many of them wait for a standby.
    static func sessions(at server: PrivatePostgres) throws -> (all: Int, waiting: Int) {
        let text = try server.psql(
            """
            select count(*) || ' ' || count(*) filter (where wait_event = 'SyncRep')
            from pg_stat_activity where application_name = 'onsale'
            """
        )
        let counts = text.split(separator: " ").compactMap { Int($0) }
        return (counts[0], counts[1])
    }
}

extension PostgresDatabase {
    /// Cuts the connection that writes, so that the server does not notice.
    func cutWriter() { writing.link?.drop("cut") }

    /// The number of its process.
    func sessionThatWrites() async throws -> Int32 {
        Int32(try await commit(["select pg_backend_pid()"])[0].rows[0].integer(0))
    }

    var isWriterStuck: Bool { writing.link?.isStuck == true }
}
