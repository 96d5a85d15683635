import Foundation
import TestGate
import Testing
import TestPostgres

/// The private server itself: what other tests rely on.
@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresServerTests {
    @Test func databasesAreApart() throws {
        let one = try TestDatabase()
        let other = try TestDatabase()
        try one.psql("create table t (a int); insert into t values (7)")
        #expect(try one.psql("select a from t") == "7")
        #expect(throws: (any Error).self) { try other.psql("select a from t") }
        #expect(one.url.hasPrefix("postgres://"))
        one.drop()
        let left = try other.psql("select count(*) from pg_database where datname = '\(one.name)'")
        #expect(left == "0")
    }

    @Test func aKilledServerStartsAgainWithWhatWasCommitted() throws {
        let server = try PrivatePostgres()
        defer { server.stop() }
        try server.psql("create table t (a int); insert into t values (7)")
        try server.kill()
        #expect(throws: (any Error).self) { try server.psql("select 1") }
        try server.start()
        #expect(try server.psql("select a from t") == "7")
        #expect(try server.psql("show fsync") == "on")
    }

    @Test func nothingIsLeftOfAStoppedServer() throws {
        let server = try PrivatePostgres(isDurable: false)
        server.freeze()
        server.stop()
        #expect(!FileManager.default.fileExists(atPath: server.folder))
    }
}
