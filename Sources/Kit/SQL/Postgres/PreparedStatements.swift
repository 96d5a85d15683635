/// What is prepared on one connection, by text and kinds of values. Bounded: the least recently
/// used makes room.
struct PreparedStatements {
    enum Use: Equatable {
        case known(name: String)
        /// To be prepared first; the one that made room is to be forgotten before.
        case new(name: String, forgetting: String?)
        /// All the room is taken by what this flight uses, or it could not be prepared just now.
        case unprepared
    }

    private struct Prepared {
        let name: String
        var lastFlight: Int
    }

    let limit: Int
    private var byKey: [String: Prepared] = [:]
    /// Texts that failed: sent as they are the next time, for they may need what a statement before
    /// them makes.
    private var failed: Set<String> = []
    private var names = 0
    private var flight = 0

    init(limit: Int) { self.limit = limit }

    /// What is used from here on stays until the next flight.
    mutating func beginFlight() { flight += 1 }

    mutating func use(_ key: String) -> Use {
        if let index = byKey.index(forKey: key) {
            byKey.values[index].lastFlight = flight
            return .known(name: byKey.values[index].name)
        }
        if failed.remove(key) != nil { return .unprepared }
        var forgotten: String?
        if byKey.count >= limit {
            guard let oldest = byKey.min(by: { $0.value.lastFlight < $1.value.lastFlight }),
                oldest.value.lastFlight < flight
            else { return .unprepared }
            forgotten = oldest.value.name
            byKey[oldest.key] = nil
        }
        names += 1
        let name = "s\(names)"
        byKey[key] = Prepared(name: name, lastFlight: flight)
        return .new(name: name, forgetting: forgotten)
    }

    /// The next use prepares it anew.
    mutating func forget(name: String) {
        if let key = byKey.first(where: { $0.value.name == name })?.key { byKey[key] = nil }
    }

    mutating func fail(_ key: String) {
        byKey[key] = nil
        if failed.count >= limit { failed = [] }
        failed.insert(key)
    }
}

extension SQL {
    /// Statements that PostgreSQL can tell apart: the text, and the kinds of the values.
    var preparationKey: String {
        var key = text
        key += " "
        for value in values {
            switch value {
            case .null: key += "n"
            case .integer: key += "i"
            case .text: key += "t"
            }
        }
        return key
    }
}
