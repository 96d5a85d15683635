import Engines
import Redis
import Values

/// Settings as fields of the room hash: what has no limit is the empty text, no opening is 0.
enum RoomFields {
    static func pairs(_ settings: RoomSettings) -> [RedisArgument] {
        var change = RoomChange()
        change.capacity = .some(settings.capacity)
        change.rate = .some(settings.rate)
        change.sessionSeconds = settings.sessionSeconds
        change.idleSeconds = .some(settings.idleSeconds)
        change.graceSeconds = settings.graceSeconds
        change.opening = .some(settings.opening)
        change.order = settings.order
        change.show = settings.show
        change.onStoreError = settings.onStoreError
        change.clientsPerSession = .some(settings.clientsPerSession)
        return pairs(change) + [.string("lanes"), .string(settings.lanes?.text ?? "")]
    }

    /// Settings and state: what a revision of the ledger is.
    static func all(_ known: KnownRoom) -> [RedisArgument] {
        [.string("state"), .string(known.state.rawValue)] + pairs(known.settings)
    }

    private static func pairs(_ change: RoomChange) -> [RedisArgument] {
        var pairs: [RedisArgument] = []
        func put(_ name: String, _ value: RedisArgument) { pairs += [.string(name), value] }
        func limit(_ name: String, _ value: Int64??) {
            if let value { put(name, value.map { .int($0) } ?? .string("")) }
        }
        limit("capacity", change.capacity)
        limit("rate", change.rate)
        if let value = change.sessionSeconds { put("session", .int(value)) }
        limit("idle", change.idleSeconds)
        if let value = change.graceSeconds { put("grace", .int(value)) }
        if let value = change.opening { put("opening", .int(value?.milliseconds ?? 0)) }
        if let value = change.order { put("order", .string(value.rawValue)) }
        if let value = change.show { put("show", .string(value.rawValue)) }
        if let value = change.onStoreError { put("on_store_error", .string(value.rawValue)) }
        limit("clients", change.clientsPerSession)
        return pairs
    }

    /// Reads `room_report`'s reply.
    static func report(_ reply: ReplyReader) throws(StoreError) -> RoomReport {
        var fields: [String: String] = [:]
        var index = 5
        while index + 1 < reply.count {
            fields[try reply.text(index)] = try reply.text(index + 1)
            index += 2
        }
        func number(_ name: String) -> Int64 { fields[name].flatMap { Int64($0) } ?? 0 }
        var settings = RoomSettings()
        settings.capacity = fields["capacity"].flatMap { Int64($0) }
        settings.rate = fields["rate"].flatMap { Int64($0) }
        settings.sessionSeconds = number("session")
        settings.idleSeconds = fields["idle"].flatMap { Int64($0) }
        settings.graceSeconds = number("grace")
        let opening = number("opening")
        settings.opening = opening == 0 ? nil : Timestamp(milliseconds: opening)
        settings.order = fields["order"].flatMap(RoomSettings.LineOrder.init) ?? settings.order
        settings.show = fields["show"].flatMap(RoomSettings.Show.init) ?? settings.show
        settings.onStoreError =
            fields["on_store_error"].flatMap(RoomSettings.StoreErrorPolicy.init)
            ?? settings.onStoreError
        settings.clientsPerSession = fields["clients"].flatMap { Int64($0) }
        settings.lanes = fields["lanes"].flatMap(RoomLanes.init)
        guard let state = fields["state"].flatMap(RoomState.init) else {
            throw .broken("a room of state \(fields["state"] ?? "-")")
        }
        var report = RoomReport(
            settings: settings,
            state: state,
            generation: number("gen"),
            atMs: try reply.integer(1)
        )
        report.version = number("ver")
        report.revision = number("rev")
        report.sequence = number("seq")
        report.lease = number("lease")
        report.isRestoring = fields["restoring"] != nil
        report.inLine = try reply.integer(2)
        report.inside = try reply.integer(3)
        report.away = try reply.integer(4)
        report.returned = number("returned")
        report.admittedTotal = number("admitted")
        report.doneTotal = number("done")
        report.leftTotal = number("left")
        report.expiredTotal = number("expired")
        report.admittedLast60s = number("recent")
        report.waitMsTotal = number("wait_ms")
        return report
    }
}
