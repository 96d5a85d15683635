import Engines
import Redis

/// An entry's place in a room's journal; the stream's own id, `<generation>-<entry>`. Entries of a
/// generation are numbered from 0 without gaps.
struct JournalPlace: Sendable, Equatable, Comparable {
    var generation: Int64
    /// -1 stands before the first.
    var entry: Int64

    static func < (left: JournalPlace, right: JournalPlace) -> Bool {
        (left.generation, left.entry) < (right.generation, right.entry)
    }

    /// Where `XRANGE` goes on after this place.
    var next: String { "\(generation)-\(entry + 1)" }

    init(generation: Int64, entry: Int64) {
        self.generation = generation
        self.entry = entry
    }

    init?(id: String) {
        let parts = id.split(separator: "-")
        guard parts.count == 2, let generation = Int64(parts[0]), let entry = Int64(parts[1]) else {
            return nil
        }
        self.init(generation: generation, entry: entry)
    }
}

/// How a session ended: a letter in Redis, a word in the ledger.
enum SessionEnd: String, Sendable {
    case done, left, expired

    var letter: String {
        switch self {
        case .done: "d"
        case .left: "l"
        case .expired: "x"
        }
    }

    init?(letter: String) {
        switch letter {
        case "d": self = .done
        case "l": self = .left
        case "x": self = .expired
        default: return nil
        }
    }
}

/// A session of a room: who, by which place in line, until when, and how it ended.
struct LoggedSession: Sendable, Equatable {
    var user: String
    var sequence: Int64
    /// 0 where only the beginning or the end is known.
    var admittedAtMs: Int64
    /// The hard end.
    var endsAtMs: Int64
    /// The visitor was let in and has not asked since: see `latest_end` of `room.lua`.
    var isUnheard = false
    var ended: (atMs: Int64, as: SessionEnd)?

    static func == (left: LoggedSession, right: LoggedSession) -> Bool {
        left.user == right.user && left.sequence == right.sequence
            && left.admittedAtMs == right.admittedAtMs && left.endsAtMs == right.endsAtMs
            && left.isUnheard == right.isUnheard
            && left.ended?.atMs == right.ended?.atMs && left.ended?.as == right.ended?.as
    }
}

/// An admission or the end of a session, as the room's scripts wrote it.
struct JournalEntry: Sendable, Equatable {
    var place: JournalPlace
    var session: LoggedSession

    /// Reads `[id, [a, user, s, sequence, x, hard end, t, now]]`, with a `b` where the visitor has
    /// yet to hear of it; the same with `h` when they have, or with `e` and a `c` for how it ended.
    init(_ reply: RedisValue) throws(StoreError) {
        guard let parts = reply.array, parts.count == 2, let id = parts[0].string,
            let place = JournalPlace(id: id), let fields = parts[1].array, fields.count >= 8,
            let kind = fields[0].string, let user = fields[1].string,
            let sequence = fields[3].int, let endsAt = fields[5].int, let at = fields[7].int
        else { throw .broken("an entry of a journal: \(reply)") }
        self.place = place
        session = LoggedSession(
            user: user,
            sequence: Int64(sequence),
            admittedAtMs: kind == "a" ? Int64(at) : 0,
            endsAtMs: Int64(endsAt)
        )
        session.isUnheard = kind == "a" && fields.count == 10
        if kind == "e" {
            guard fields.count == 10, let end = fields[9].string.flatMap(SessionEnd.init(letter:))
            else { throw .broken("an end in a journal: \(reply)") }
            session.ended = (Int64(at), end)
        }
    }
}

private struct SessionKey: Hashable {
    let user: String
    let sequence: Int64
}

extension [JournalEntry] {
    /// What the entries together say of each session, in the order of their first entries: a
    /// statement may name a row once.
    var sessions: [LoggedSession] {
        var places: [SessionKey: Int] = [:]
        var all: [LoggedSession] = []
        for entry in self {
            let told = entry.session
            let key = SessionKey(user: told.user, sequence: told.sequence)
            guard let index = places[key] else {
                places[key] = all.count
                all.append(told)
                continue
            }
            if told.endsAtMs > all[index].endsAtMs {
                let admittedAtMs = all[index].admittedAtMs
                all[index] = told
                if told.admittedAtMs == 0 { all[index].admittedAtMs = admittedAtMs }
            } else if told.endsAtMs == all[index].endsAtMs {
                if !told.isUnheard { all[index].isUnheard = false }
                if all[index].admittedAtMs == 0 { all[index].admittedAtMs = told.admittedAtMs }
                if all[index].ended == nil { all[index].ended = told.ended }
            }
        }
        return all
    }
}
