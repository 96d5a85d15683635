import JSON

/// Lanes as JSON: what operators send, and what the ledger keeps beside the settings.
extension LanesChange {
    static let fieldNames = ["main", "lanes"]
    private static let laneFields = ["name", "weight"]

    init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        mainWeight = try fields.integer("main", in: RoomLanes.weightRange)
        named = try fields.objects(
            "lanes",
            allowed: Self.laneFields,
            maxCount: RoomLanes.namedMax
        ) { fields throws(JSONFieldError) in
            guard let name = try fields.string("name", maxBytes: LaneName.bytesMax) else {
                throw .missing("name")
            }
            guard let lane = LaneName(name) else {
                throw JSONFieldError(field: "name", reason: "must be \(LaneName.rule)")
            }
            guard let weight = try fields.integer("weight", in: RoomLanes.weightRange) else {
                throw .missing("weight")
            }
            return Lane(name: lane, weight: weight)
        }
        let names = named?.map(\.name) ?? []
        guard Set(names).count == names.count else {
            throw JSONFieldError(field: "lanes", reason: "must have different names")
        }
    }
}
