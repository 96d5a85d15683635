import JSON
import Values

/// Room settings as JSON: what operators send and read, and what the ledger keeps.
extension RoomChange {
    static let fieldNames = [
        "capacity", "rate", "sessionSeconds", "idleSeconds", "graceSeconds", "opening", "order",
        "show", "onStoreError", "clientsPerSession",
    ]

    init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        capacity = try fields.nullableInteger("capacity", in: RoomSettings.capacityRange).change
        rate = try fields.nullableInteger("rate", in: RoomSettings.rateRange).change
        sessionSeconds = try fields.integer("sessionSeconds", in: RoomSettings.sessionRange)
        idleSeconds = try fields.nullableInteger("idleSeconds", in: RoomSettings.idleRange).change
        graceSeconds = try fields.integer("graceSeconds", in: RoomSettings.graceRange)
        opening = try Self.opening(fields)
        order = try Self.choice("order", fields)
        show = try Self.choice("show", fields)
        onStoreError = try Self.choice("onStoreError", fields)
        let clients = try fields.nullableInteger(
            "clientsPerSession",
            in: RoomSettings.clientsRange
        )
        clientsPerSession = clients.change
    }

    private static func opening(_ fields: JSONObjectReader) throws(JSONFieldError) -> Timestamp?? {
        switch try fields.nullableString("opening", maxBytes: 40) {
        case .absent: return nil
        case .null: return .some(nil)
        case .value(let text):
            guard let time = Timestamp(rfc3339: text), time.milliseconds > 0 else {
                throw JSONFieldError(
                    field: "opening",
                    reason: "must be an RFC 3339 time after 1970"
                )
            }
            return .some(time)
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        _ fields: JSONObjectReader
    ) throws(JSONFieldError) -> Choice? where Choice.RawValue == String {
        guard let text = try fields.string(name, maxBytes: 40) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONFieldError(field: name, reason: "must be one of \(all)")
        }
        return choice
    }
}

extension JSONField {
    /// Absent: no change; null: no limit.
    fileprivate var change: Value?? {
        switch self {
        case .absent: .none
        case .null: .some(nil)
        case .value(let value): .some(value)
        }
    }
}

extension JSONWriter {
    /// The settings as members of the object that is open.
    mutating func fields(_ settings: RoomSettings) {
        field("capacity", settings.capacity)
        field("rate", settings.rate)
        field("sessionSeconds", settings.sessionSeconds)
        field("idleSeconds", settings.idleSeconds)
        field("graceSeconds", settings.graceSeconds)
        field("opening", utf8: settings.opening?.utf8)
        field("order", settings.order.rawValue)
        field("show", settings.show.rawValue)
        field("onStoreError", settings.onStoreError.rawValue)
        field("clientsPerSession", settings.clientsPerSession)
    }
}

extension RoomSettings {
    private static let ledgerFields = RoomChange.fieldNames + ["lanes"]
    /// The longest settings are 450 bytes.
    private static let jsonMax = 4_096

    var json: String {
        var json = JSONWriter(reservingBytes: 256)
        json.beginObject()
        json.fields(self)
        if let lanes { json.field("lanes", lanes.text) }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Nil: not settings that this program knows.
    init?(json: String) {
        guard let value = try? JSONValue.parse(Array(json.utf8), bytesMax: Self.jsonMax),
            let fields = try? JSONObjectReader(value, allowed: Self.ledgerFields),
            let change = try? RoomChange(fields),
            let lanes = try? fields.string("lanes", maxBytes: RoomLanes.textMax) ?? ""
        else { return nil }
        self = change.applied(to: RoomSettings())
        guard !lanes.isEmpty else { return }
        self.lanes = RoomLanes(text: lanes)
        if self.lanes == nil { return nil }
    }
}
