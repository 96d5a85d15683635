import EventLoop
import TestGate
import Testing
import TestPostgres
import TestPrograms

@testable import SQL
@testable import TestKit

/// `problem` knows of writes: what refuses them is told, though nobody writes, and so is its end.
@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresReadinessTests {
    @Test func aLedgerThatBecomesReadOnlyIsToldAndMends() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        try await withPostgres(at: server.url()) { database in
            _ = try await database.commit([PostgresPair.entries])
            #expect(await database.problem()?.trouble == nil)
            try server.set("default_transaction_read_only", "on")
            #expect(await eventually { await database.problem()?.trouble == .readOnly })
            #expect(await database.failure(of: PostgresPair.entry(1))?.isUnavailable == true)
            #expect(await database.problem()?.trouble == .readOnly)
            try server.set("default_transaction_read_only", "off")
            #expect(await eventually { await database.problem()?.trouble == nil })
            #expect(await database.failure(of: PostgresPair.entry(1)) == nil)
        }
    }

    /// An index that is made without `concurrently`, a tool that locks what it copies: nothing
    /// can be bought, and no session of ours waits behind it.
    @Test func aTableThatIsLockedIsToldAndMends() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        try await withPostgres(at: place.url) { database in
            _ = try await database.commit([PostgresPair.entries])
            #expect(await database.problem()?.trouble == nil)
            let holder = try StartedProgram([
                "psql", "-X", "-q", "-d", place.url, "-c",
                "begin; lock table entries in share mode; select pg_sleep(60)",
            ])
            #expect(await eventually { await database.problem()?.trouble == .slow })
            #expect(await database.problem()?.reason.contains("has ShareLock on entries") == true)
            #expect(
                try place.psql("select count(*) from pg_locks where not granted") == "0"
            )
            try place.psql(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and query like '%pg_sleep(60)%'
                  and pid <> pg_backend_pid()
                """
            )
            holder.end()
            #expect(await eventually { await database.problem()?.trouble == nil })
            #expect(await database.failure(of: PostgresPair.entry(1)) == nil)
        }
    }

    /// The log of changes has room, the tables have none.
    @Test func aFullDiskIsToldAndMends() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        try await withPostgres(at: place.url) { database in
            _ = try await database.commit([PostgresPair.entries])
            try place.psql(
                """
                create function no_room() returns trigger language plpgsql as $$ begin
                  raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
                create function no_room_at_all() returns event_trigger language plpgsql as $$ begin
                  raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
                create trigger no_room before insert on entries execute function no_room();
                create event trigger no_room on ddl_command_start when tag in ('CREATE TABLE AS')
                  execute function no_room_at_all();
                """
            )
            #expect(await database.failure(of: PostgresPair.entry(1))?.isUnavailable == true)
            #expect(await database.problem()?.trouble == .full)
            // No write that needs no room makes it whole.
            _ = try await database.commit(["update entries set entry = entry"])
            #expect(await !eventually(seconds: 2) { await database.problem()?.trouble != .full })
            #expect(
                await database.problem()?.reason.contains("could not extend file (53100)") == true
            )
            try place.psql("drop event trigger no_room; drop trigger no_room on entries")
            #expect(await eventually { await database.problem()?.trouble == nil })
            #expect(await database.failure(of: PostgresPair.entry(1)) == nil)
            #expect(
                try place.psql("select count(*) from pg_class where relname like 'onsale%'") == "0"
            )
        }
    }

    /// A role without any right but those on its own tables.
    @Test func aProbeNeedsNoRights() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        try place.psql(
            """
            create role plain_\(place.name) login;
            create schema plain authorization plain_\(place.name);
            revoke all on database \(place.name) from public;
            grant connect on database \(place.name) to plain_\(place.name);
            """
        )
        let url = place.url.replacing("onsale@", with: "plain_\(place.name)@")
        try await withPostgres(at: url + "&options=-csearch_path%3Dplain") { database in
            _ = try await database.commit([PostgresPair.entries])
            #expect(await database.isHistoryKnown)
            #expect(await database.failure(of: [WriteHealth.message]) == nil)
        }
    }

    /// While entries are written there are no probes.
    @Test func aProbeIsWrittenByNobodyWhoWrites() {
        let time = VirtualTime()
        var now = VirtualTime.startMs
        func pass(_ ms: Int) {
            now += Int64(ms)
            time.set(now)
        }
        let health = WriteHealth(clock: time.clock)
        #expect(health.probe() == nil)
        health.ask()
        #expect(health.probe()?.count == 1)
        for _ in 0..<10 {
            pass(WriteHealth.idleMs - 1)
            health.worked()
            health.ask()
            #expect(health.probe() == nil)
        }
        pass(WriteHealth.idleMs)
        #expect(health.probe() != nil)
        #expect(health.probe() == nil)
        // Nobody asks any more.
        pass(WriteHealth.askedMs)
        #expect(health.probe() == nil)
        health.doubt()
        #expect(health.probe() != nil)
    }

    @Test func whatTheDatabaseSaysOfSessionsDoesNotMatter() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        let settings = [
            "idle_session_timeout", "idle_in_transaction_session_timeout", "statement_timeout",
            "lock_timeout",
        ]
        for setting in settings {
            try place.psql("alter database \(place.name) set \(setting) = '1s'")
        }
        for (theirs, ours) in [
            ("off", "on"), ("local", "on"), ("remote_write", "on"), ("on", "on"),
            ("remote_apply", "remote_apply"),
        ] {
            try place.psql("alter database \(place.name) set synchronous_commit = \(theirs)")
            try await withPostgres(at: place.url) { database in
                let shown = try await database.commit(
                    (settings + ["synchronous_commit"]).map { SQL(stringLiteral: "show \($0)") }
                )
                #expect(
                    try shown.map { try $0.rows[0].text(0) }
                        == ["0", "10s", "2500ms", "1500ms", ours]
                )
            }
        }
    }
}

extension PostgresDatabase {
    fileprivate var isHistoryKnown: Bool { writing.link?.peer?.history != nil }
}
