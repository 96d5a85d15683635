import EventLoop

/// The first words on a connection: whether this server can keep our promise.
enum Greeting {
    /// A commit that is told before it is on the disk is a lie after a power failure. `local` does
    /// without the standby that the operator has configured to be waited for.
    ///
    /// Our statements check and change in one, under row locks: they need each statement to see
    /// what is committed when it begins. A stricter default of the database or the role would fail
    /// them with 40001 under load.
    private static let settings: SQL = """
        select set_config('synchronous_commit',
          case current_setting('synchronous_commit') when 'off' then 'on' when 'local' then 'on'
          else current_setting('synchronous_commit') end, false),
          current_setting('server_version_num')::bigint, current_setting('server_encoding'),
          set_config('default_transaction_isolation', 'read committed', false),
          set_config('default_transaction_deferrable', 'off', false)
        """

    private static let versionMin = 150_000

    /// Nil when it can; else why not.
    static func refusal(of link: PostgresLink, timeoutMs: Int) async -> String? {
        let timer = LoopTimer(on: link.loop, afterMs: timeoutMs) {
            link.drop("no greeting within \(timeoutMs) ms")
        }
        defer { timer.cancel() }
        do throws(SQLError) {
            let row = try await ReadBatch.results(of: [settings], on: link).get()[0].rows[0]
            let version = try row.integer(1)
            guard version >= versionMin else {
                return "PostgreSQL \(version / 10_000) is too old; 15 is the oldest that will do"
            }
            let encoding = try row.text(2)
            guard encoding == "UTF8" else { return "the database is in \(encoding), not in UTF8" }
            return nil
        } catch {
            switch error {
            case .unavailable(let reason), .busy(let reason), .broken(let reason): return reason
            case .violated: return "refused"
            }
        }
    }
}
