import Values

/// The JSON of a seat map: for a stadium some megabytes, so it is put together from three pieces of
/// text and a counter that counts in decimal digits.
///
///     {"performance":"p","seats":[{"number":1,"state":"free","price":70000},...]}
struct SeatMapText {
    private(set) var bytes: [UInt8] = []

    init(_ map: SeatMap) {
        let first = Array(#"{"number":"#.utf8)
        let pieces = [SeatState.free, .held, .sold].map { state in
            Array(#","state":"\#(state.name)","price":\#(map.price)}"#.utf8)
        }
        let longest = pieces.map(\.count).max() ?? 0
        // Six digits number the largest allotment.
        let seatBytes = first.count + 6 + longest + 1
        bytes.reserveCapacity(64 + map.performance.raw.utf8.count + map.states.count * seatBytes)
        bytes += #"{"performance":""#.utf8
        bytes += map.performance.raw.utf8
        bytes += #"","seats":["#.utf8
        var digits = [UInt8(ascii: "0")]
        for state in map.states {
            Self.increment(&digits)
            bytes += first
            bytes += digits
            switch state {
            case SeatState.free.rawValue: bytes += pieces[0]
            case SeatState.held.rawValue: bytes += pieces[1]
            default: bytes += pieces[2]
            }
            bytes.append(UInt8(ascii: ","))
        }
        if !map.states.isEmpty { bytes.removeLast() }
        bytes += "]}".utf8
    }

    private static func increment(_ digits: inout [UInt8]) {
        var index = digits.count - 1
        while index >= 0, digits[index] == UInt8(ascii: "9") {
            digits[index] = UInt8(ascii: "0")
            index -= 1
        }
        if index < 0 { digits.insert(UInt8(ascii: "1"), at: 0) } else { digits[index] += 1 }
    }
}
