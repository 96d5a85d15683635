/// Who is inside a room, and how many entered in the last 60 s, followed through the room's log, so
/// that both survive the loss of Redis. At most a second behind.
struct SessionMirror: Sendable {
    struct Session: Sendable, Equatable {
        var sequence: Int64
        var hardEndMs: Int64
    }

    /// Sessions kept of one room; beyond it the newest are not mirrored and only their own tickets
    /// bring them back: 100,000 x ~150 B is 15 MB.
    static let sessionsMax = 100_000

    private(set) var sessions: [String: Session] = [:]
    /// The last entry of the log that was read.
    var cursor = "0-0"
    private var admissionsMs: [Int64] = []
    /// Whose session was loaded while the log may still have to tell of the admission.
    private var loaded: Set<String> = []

    mutating func admit(_ user: String, _ session: Session, atMs: Int64) {
        // A restored session is logged again, but it was admitted once.
        if sessions[user] == session, loaded.remove(user) == nil { return }
        if sessions.count < Self.sessionsMax || sessions[user] != nil { sessions[user] = session }
        admissionsMs.append(atMs)
        if admissionsMs.count > 2 * Self.sessionsMax {
            admissionsMs.removeFirst(Self.sessionsMax)
        }
    }

    /// A session that was running when the mirror was set up.
    mutating func load(_ user: String, _ session: Session) {
        guard sessions.count < Self.sessionsMax else { return }
        sessions[user] = session
        loaded.insert(user)
    }

    mutating func end(_ user: String) {
        sessions[user] = nil
        loaded.remove(user)
    }

    /// Admissions of the 60 s before `nowMs`.
    mutating func admissions(before nowMs: Int64) -> Int64 {
        admissionsMs.removeAll { $0 <= nowMs - 60_000 }
        return Int64(admissionsMs.count)
    }

    /// The log starts anew after a loss; sessions restored from here are in it again.
    mutating func restart() {
        cursor = "0-0"
        loaded = []
    }
}

extension SessionMirror.Session {
    /// Reads a record of the tickets hash; nil unless it is `a<sequence> <hard end>`.
    init?(record: String) {
        guard record.hasPrefix("a") else { return nil }
        let parts = record.dropFirst().split(separator: " ")
        guard parts.count == 2, let sequence = Int64(parts[0]), let hardEnd = Int64(parts[1]) else {
            return nil
        }
        self.init(sequence: sequence, hardEndMs: hardEnd)
    }
}
