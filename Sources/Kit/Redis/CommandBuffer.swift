/// Commands in Redis's wire format (RESP arrays of bulk strings) that wait to be written. Its
/// storage is kept for the next ones.
struct CommandBuffer {
    private var bytes: [UInt8] = []
    /// How many bytes at the start the socket has taken.
    private var sent = 0

    private static let carriageReturn: UInt8 = 13
    private static let lineFeed: UInt8 = 10
    /// Storage beyond this is given back when all was written: one large command does not stay.
    private static let keptMax = 1 << 20

    /// Bytes that wait.
    var count: Int { bytes.count - sent }
    var isEmpty: Bool { sent == bytes.count }

    func withUnsent<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        unsafe bytes.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
    }

    /// Forgets the first `written` bytes that waited.
    mutating func consume(_ written: Int) {
        sent += written
        if isEmpty {
            removeAll()
        } else if sent >= bytes.count / 2 {
            // Moving the rest costs less than a step for each byte that was written.
            bytes.removeFirst(sent)
            sent = 0
        }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptMax)
        sent = 0
    }

    /// Starts a command of `count` arguments, its name included.
    mutating func begin(count: Int) { appendHead(UInt8(ascii: "*"), count) }

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
