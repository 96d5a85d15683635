import Synchronization

/// The server's end of a connection.
struct PostgresPeer: Sendable, Equatable {
    /// The server process that serves the connection, and when it began, in microseconds: its
    /// number alone may be another's by now.
    var pid: Int64
    var startedUs: Int64
    /// Nil where the server does not tell: some managed ones do not.
    var history: History?

    /// Which past a server has.
    struct History: Sendable, Equatable {
        /// Made by `initdb`; the same for a primary and its standbys.
        var system: Int64
        /// One more after each promotion.
        var timeline: Int64
    }

    /// What the process does now; no row when it has ended.
    var look: SQL {
        """
        select coalesce(wait_event_type || ' ' || wait_event, state, '') from pg_stat_activity
        where pid = \(pid) and \(hasBegun)
        """
    }

    /// Ends the process; no row when it has ended.
    var termination: SQL {
        """
        select pg_terminate_backend(pid) from pg_stat_activity where pid = \(pid) and \(hasBegun)
        """
    }

    private var hasBegun: SQL {
        "cast(extract(epoch from backend_start) * 1000000 as bigint) = \(startedUs)"
    }
}

/// The newest history that this process has seen. A primary that was away while a standby was
/// promoted comes back with the older timeline: what is written to it is lost, and it does not know
/// what was sold meanwhile. So no connection takes an older one.
///
/// Shared by the connections of all loops, hence the lock, which is held for a comparison.
final class NewestHistory: Sendable {
    private let newest = Mutex<PostgresPeer.History?>(nil)

    /// Why a server must not be used; nil when it may, and then it is the newest.
    ///
    /// With one address another cluster is what the operator has put there, for example a new
    /// version. With several it is one that does not belong to them.
    func refusal(of found: PostgresPeer.History, hosts: Int) -> String? {
        newest.withLock { newest in
            if let known = newest {
                if known.system != found.system {
                    if hosts > 1 {
                        return "another cluster (\(found.system)) than the one before "
                            + "(\(known.system)); a restart accepts it"
                    }
                } else if found.timeline < known.timeline {
                    return Self.isOlder(found, known)
                }
            }
            newest = found
            return nil
        }
    }

    /// Why a server must not be used any longer; nil when it may.
    func staleness(of found: PostgresPeer.History) -> String? {
        newest.withLock { known in
            guard let known, known.system == found.system, found.timeline < known.timeline
            else { return nil }
            return Self.isOlder(found, known)
        }
    }

    private static func isOlder(_ found: PostgresPeer.History, _ known: PostgresPeer.History)
        -> String
    {
        "an old primary: it has timeline \(found.timeline), and timeline \(known.timeline) began "
            + "when another server was promoted; a restart accepts it"
    }
}
