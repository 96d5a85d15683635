import Glibc

/// The descriptors that the system grants, held against those that connections may take.
enum Descriptors {
    /// For each loop: its epoll sets, its connections to Redis and PostgreSQL, its listening socket
    /// (15 in all), and newcomers that are accepted before they are refused.
    private static let ofLoop = 64
    /// Of the process: the ledger's files, the private Redis, libraries (20 in all).
    private static let ofProcess = 64

    /// How many descriptors must be left when connections have taken theirs.
    static func reserved(threads: Int) -> Int { ofProcess + threads * ofLoop }

    /// Takes what the system allows, and answers how many that is.
    static func raise() -> Int {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(kind, &limit) == 0 else { return .max }
        limit.rlim_cur = limit.rlim_max
        if unsafe setrlimit(kind, &limit) != 0 { unsafe getrlimit(kind, &limit) }
        return Int(clamping: limit.rlim_cur)
    }

    /// The most connections of one loop that `granted` descriptors allow.
    static func connectionsMax(granted: Int, threads: Int) -> Int {
        (granted - reserved(threads: threads)) / threads
    }
}

extension Configuration {
    /// Holds the connections against `granted` descriptors. What was asked for and cannot be is an
    /// error; the default gives way, and the answer is a line about it.
    mutating func fit(descriptors granted: Int) throws(FlagError) -> String? {
        let most = Descriptors.connectionsMax(granted: granted, threads: threads)
        guard most < connectionsMax else { return nil }
        let needed = threads * connectionsMax + Descriptors.reserved(threads: threads)
        let limit = "the limit of open files (ulimit -n, LimitNOFILE) is \(granted)"
        guard most > 0, !isConnectionsMaxGiven else {
            throw FlagError(
                line: "\(threads) threads with --connections-max \(connectionsMax) need \(needed) "
                    + "descriptors, and \(limit)"
            )
        }
        defer { connectionsMax = most }
        return "\(limit), and \(needed) are needed for \(connectionsMax) connections a loop; "
            + "going on with --connections-max \(most)"
    }
}
