import Synchronization
import Values

/// From which addresses each session was used lately, where a room limits that
/// (`clientsPerSession`). One a process, in a table of fixed size, made when it is first needed.
///
/// An address counts until a minute after its last request, so a phone that changes its network has
/// two for a minute. A row is shared by a few sessions; where it is full the address that was
/// silent the longest makes room. So a table that is too small refuses nobody.
///
/// A lock, for the loops share it: two loops would each let in as many. Nothing but a row of 16
/// places is looked at under it.
final class SessionClients: Sendable {
    static let silentMs: Int64 = 60_000
    private static let ways = 16
    /// 16,384 rows x 16 x 24 B are 6 MiB, for 100,000 sessions of two addresses.
    private static let rows = 16_384

    private struct Use {
        var session: UInt64 = 0
        var client: UInt64 = 0
        var seenMs: Int64 = .min / 2
    }

    private let uses = Mutex<[Use]>([])

    /// Notes that `client` uses the session; false: as many others as `most` use it already.
    func admit(_ client: UInt64, to room: RoomID, _ user: UserID, most: Int64, nowMs: Int64) -> Bool
    {
        var hasher = Hasher()
        hasher.combine(room)
        hasher.combine(user)
        let session = UInt64(bitPattern: Int64(hasher.finalize()))
        let row = Int(session % UInt64(Self.rows)) * Self.ways
        return uses.withLock { uses in
            if uses.isEmpty { uses = Array(repeating: Use(), count: Self.rows * Self.ways) }
            var others: Int64 = 0
            var place = row
            for index in row..<row + Self.ways {
                let use = uses[index]
                if use.session == session, use.client == client {
                    // One that was silent for too long comes as a new one.
                    if nowMs - use.seenMs < Self.silentMs {
                        uses[index].seenMs = nowMs
                        return true
                    }
                    uses[index] = Use()
                } else if use.session == session, nowMs - use.seenMs < Self.silentMs {
                    others += 1
                }
                if uses[index].seenMs < uses[place].seenMs { place = index }
            }
            guard others < most else { return false }
            uses[place] = Use(session: session, client: client, seenMs: nowMs)
            return true
        }
    }
}
