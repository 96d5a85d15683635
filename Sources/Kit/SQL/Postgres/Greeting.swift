import EventLoop

/// The first words on a connection: whether this server can keep our promise, and who it is.
enum Greeting {
    /// A commit that is told before it is on the disk is a lie after a power failure. `local` does
    /// without the standby that the operator has configured to be waited for, and `remote_write`
    /// without its disk. `remote_apply` promises more than `on`, and stays.
    ///
    /// Our statements check and change in one, under row locks: they need each statement to see
    /// what is committed when it begins. A stricter default of the database or the role would fail
    /// them with 40001 under load.
    ///
    /// Our connections are idle when nobody buys, and lists may take long: a limit of the
    /// database's or the role's on idle sessions or on transactions is not for them. Older versions
    /// do not know all of these.
    private static let settings: SQL = """
        select set_config('synchronous_commit',
          case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply'
          else 'on' end, false),
          current_setting('server_version_num')::bigint, current_setting('server_encoding'),
          pid, cast(extract(epoch from backend_start) * 1000000 as bigint),
          set_config('default_transaction_isolation', 'read committed', false),
          set_config('default_transaction_deferrable', 'off', false),
          (select count(set_config(name, '0', false)) from pg_settings
            where name in ('idle_session_timeout', 'transaction_timeout'))
        from pg_stat_activity where pid = pg_backend_pid()
        """

    /// The name of a WAL file begins with the timeline: it is right at once after a promotion, the
    /// control file only after the next checkpoint.
    private static let history: SQL = """
        select (select system_identifier from pg_control_system()),
          cast(cast('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as bit(32))
            as bigint)
        """

    private static let versionMin = 150_000

    /// The server's end of `link`, or why it cannot be used.
    static func peer(
        of link: PostgresLink,
        timeoutMs: Int
    ) async -> Result<PostgresPeer, ConnectionFailure> {
        let timer = LoopTimer(on: link.loop, afterMs: timeoutMs) {
            link.drop("no greeting within \(timeoutMs) ms")
        }
        defer { timer.cancel() }
        do throws(SQLError) {
            let results = try await ReadBatch.results(of: [settings], on: link).get()
            guard let row = results[0].rows.first else { return refused("no session") }
            let version = try row.integer(1)
            guard version >= versionMin else {
                return refused(
                    "PostgreSQL \(version / 10_000) is too old; 15 is the oldest that "
                        + "will do"
                )
            }
            let encoding = try row.text(2)
            guard encoding == "UTF8" else {
                return refused("the database is in \(encoding), not in UTF8")
            }
            var peer = PostgresPeer(pid: try row.integer(3), startedUs: try row.integer(4))
            peer.history = try await history(of: link)
            return .success(peer)
        } catch {
            return refused(error.text)
        }
    }

    private static func history(of link: PostgresLink) async throws(SQLError)
        -> PostgresPeer.History?
    {
        switch await ReadBatch.results(of: [history], on: link) {
        case .success(let results):
            guard let row = results[0].rows.first else { return nil }
            return .init(system: try row.integer(0), timeline: try row.integer(1))
        // A server that refuses these functions is used without.
        case .failure(.broken): return nil
        case .failure(let error): throw error
        }
    }

    private static func refused(_ reason: String) -> Result<PostgresPeer, ConnectionFailure> {
        .failure(ConnectionFailure(reason: reason))
    }
}
