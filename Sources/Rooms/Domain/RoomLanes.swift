import Values

/// The lanes of a room: the line itself and up to three named ones beside it. The outflow is shared
/// by weight among the lanes in which somebody waits; inside a lane the order is strict.
struct RoomLanes: Equatable, Sendable {
    /// What the line itself weighs.
    var mainWeight: Int64
    /// By number; at least one.
    private(set) var named: [RoomLane]

    /// A sequence has room for so many beside the line itself.
    static let namedMax = 3
    static let weightRange: ClosedRange<Int64> = 1...1_000
    static let mainWeightDefault: Int64 = 1

    /// Nil: no named lanes, or numbers or names that do not go together.
    init?(mainWeight: Int64, named: [RoomLane]) {
        let numbers = Set(named.map(\.number)), names = Set(named.map(\.name))
        guard !named.isEmpty, numbers.count == named.count, names.count == named.count,
            numbers.allSatisfy((1...Int64(Self.namedMax)).contains)
        else { return nil }
        self.mainWeight = mainWeight
        self.named = named.sorted { $0.number < $1.number }
    }

    subscript(name: LaneName) -> RoomLane? { named.first { $0.name == name } }

    /// Who stands in a lane that is gone weighs 1 until they are moved.
    func weight(of lane: Int) -> Int64 {
        lane == 0 ? mainWeight : named.first { $0.number == lane }?.weight ?? 1
    }

    /// What the lane of `number` is called; nil: there is none. 0 is the line itself.
    func name(of number: Int64) -> LaneName? {
        number == 0 ? .main : named.first { $0.number == number }?.name
    }
}

extension RoomLanes {
    /// Weight, number and name of each, the line itself first: `1 0 main|3 1 vip`. So the room's
    /// hash and the ledger have them; lib/lanes.lua reads it, too.
    var text: String {
        (["\(mainWeight) 0 \(LaneName.main)"]
            + named.map { "\($0.weight) \($0.number) \($0.name)" })
            .joined(separator: "|")
    }

    /// Four of `1000 1 ` and a name.
    static let textMax = 4 * (8 + LaneName.bytesMax)

    /// Nil: not lanes, or none.
    init?(text: String) {
        var lanes: [RoomLane] = []
        var mainWeight: Int64?
        for part in text.split(separator: "|") {
            let words = part.split(separator: " ")
            guard words.count == 3, let weight = Int64(words[0]), let number = Int64(words[1]),
                Self.weightRange.contains(weight)
            else { return nil }
            if number == 0 {
                mainWeight = weight
            } else if let name = LaneName(String(words[2])) {
                lanes.append(RoomLane(number: number, name: name, weight: weight))
            } else {
                return nil
            }
        }
        guard let mainWeight else { return nil }
        self.init(mainWeight: mainWeight, named: lanes)
    }
}

/// A named lane of a room.
struct RoomLane: Equatable, Sendable {
    /// Its place in a sequence: 1 to 3. It stays while the lane is there.
    var number: Int64
    var name: LaneName
    var weight: Int64
}

/// What an operator says of a room's lanes (`PUT /admin/v1/rooms/{room}/lanes`); what is left nil
/// keeps its value.
struct LanesChange: Equatable, Sendable {
    struct Lane: Equatable, Sendable {
        var name: LaneName
        var weight: Int64
    }

    var mainWeight: Int64?
    /// All there shall be; one that is not named is removed.
    var named: [Lane]?

    /// The lanes after this change; nil: none. A lane that stays keeps its number, a new one takes
    /// a free one.
    func applied(to old: RoomLanes?) -> RoomLanes? {
        let weight = mainWeight ?? old?.mainWeight ?? RoomLanes.mainWeightDefault
        guard let named else { return RoomLanes(mainWeight: weight, named: old?.named ?? []) }
        let staying = named.compactMap { old?[$0.name]?.number }
        var free = (1...Int64(RoomLanes.namedMax)).filter { !staying.contains($0) }[...]
        let lanes = named.compactMap { lane in
            (old?[lane.name]?.number ?? free.popFirst()).map {
                RoomLane(number: $0, name: lane.name, weight: lane.weight)
            }
        }
        return RoomLanes(mainWeight: weight, named: lanes)
    }
}

/// A lane's name: 1 to 32 of `A-Z a-z 0-9 . _ - : @`.
struct LaneName: Hashable, Sendable, CustomStringConvertible {
    let raw: String

    /// Nil when `raw` is not a name of a named lane.
    init?(_ raw: String) {
        guard raw.utf8.count <= Self.bytesMax, isIdentifier(raw), raw != Self.main.raw else {
            return nil
        }
        self.raw = raw
    }

    private init(ofMain raw: String) { self.raw = raw }

    /// What the line itself is called.
    static let main = LaneName(ofMain: "main")
    static let bytesMax = 32
    /// In words for an error.
    static let rule = "1 to 32 of A-Z a-z 0-9 . _ - : @, and not main"

    var description: String { raw }
}
