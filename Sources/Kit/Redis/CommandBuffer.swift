/// One command in Redis's wire format (RESP arrays of bulk strings), written into storage that is
/// kept for the next one.
struct CommandBuffer {
    private(set) var bytes: [UInt8] = []

    private static let carriageReturn: UInt8 = 13
    private static let lineFeed: UInt8 = 10

    /// Starts a command of `count` arguments, its name included.
    mutating func begin(count: Int) {
        bytes.removeAll(keepingCapacity: true)
        appendHead(UInt8(ascii: "*"), count)
    }

    mutating func append(_ argument: [UInt8]) {
        appendHead(UInt8(ascii: "$"), argument.count)
        bytes.append(contentsOf: argument)
        appendLineEnd()
    }

    mutating func append(_ argument: String) {
        let text = argument.utf8
        appendHead(UInt8(ascii: "$"), text.count)
        bytes.append(contentsOf: text)
        appendLineEnd()
    }

    mutating func append(_ argument: Int64) {
        let isNegative = argument < 0
        let digits = Self.digitCount(argument.magnitude) + (isNegative ? 1 : 0)
        appendHead(UInt8(ascii: "$"), digits)
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        appendDecimal(argument.magnitude)
        appendLineEnd()
    }

    mutating func append(_ argument: RedisArgument) {
        switch argument {
        case .string(let text): append(text)
        case .bytes(let bytes): append(bytes)
        case .int(let value): append(value)
        }
    }

    private mutating func appendHead(_ mark: UInt8, _ count: Int) {
        bytes.append(mark)
        appendDecimal(UInt64(count))
        appendLineEnd()
    }

    private mutating func appendLineEnd() {
        bytes.append(Self.carriageReturn)
        bytes.append(Self.lineFeed)
    }

    /// Fills the places from the last to the first: no intermediate string.
    private mutating func appendDecimal(_ value: UInt64) {
        guard value > 9 else { return bytes.append(UInt8(ascii: "0") + UInt8(value)) }
        let end = bytes.count + Self.digitCount(value)
        while bytes.count < end { bytes.append(UInt8(ascii: "0")) }
        var rest = value
        var place = end - 1
        while rest > 0 {
            bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
            place -= 1
        }
    }

    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var rest = value / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }
}
