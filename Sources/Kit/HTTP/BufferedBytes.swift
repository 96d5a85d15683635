import Synchronization

/// Bytes that a process keeps for clients that are slow to take or to send them, over all its
/// loops. When they are more than `max`, loops cut their slowest clients.
///
/// A text that many clients take counts once for each loop. Pieces below `countedFrom` do not
/// count: they are part of what a connection costs. The sum is in docs/threats.md.
public final class BufferedBytes: Sendable {
    /// An open connection takes 20 KB; a body and an answer that are not counted make it 28.
    static let countedFrom = 4_096

    public let max: Int
    /// A loop below its even share of `max` cuts nobody: others have more.
    private let share: Int
    private let total = Atomic<Int>(0)

    public init(max: Int, loops: Int) {
        precondition(max > 0 && loops > 0, "no room")
        self.max = max
        share = max / loops
    }

    public var bytes: Int { total.load(ordering: .relaxed) }

    func add(_ bytes: Int) { total.add(bytes, ordering: .relaxed) }

    /// Must a loop that has so many of them cut somebody?
    func isTooMuch(ofThem own: Int) -> Bool { bytes > max && own > share }

    /// Has a loop that cuts freed enough? An eighth more than it had to: to find the slowest is a
    /// look at all connections.
    func isEnough(ofThem own: Int) -> Bool { bytes <= max - max / 8 || own <= share - share / 8 }
}

/// The bytes of one loop that its clients keep from being freed.
struct PinnedBytes {
    /// By address. Whoever pins a text keeps it, so no other can come to that address meanwhile.
    private var texts: [UInt: (clients: Int, bytes: Int)] = [:]
    private(set) var bytes = 0
    private let process: BufferedBytes

    init(of process: BufferedBytes) { self.process = process }

    var isTooMuch: Bool { process.isTooMuch(ofThem: bytes) }
    var isEnough: Bool { process.isEnough(ofThem: bytes) }

    mutating func pin(_ text: UInt, bytes: Int) {
        if let known = texts[text] {
            texts[text] = (known.clients + 1, known.bytes)
        } else {
            texts[text] = (1, bytes)
            change(by: bytes)
        }
    }

    mutating func unpin(_ text: UInt) {
        guard let known = texts[text] else { return }
        if known.clients > 1 {
            texts[text] = (known.clients - 1, known.bytes)
        } else {
            texts[text] = nil
            change(by: -known.bytes)
        }
    }

    private mutating func change(by bytes: Int) {
        self.bytes += bytes
        process.add(bytes)
    }
}
