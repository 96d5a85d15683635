/// How far a state in Redis has come: the generation of its load, and changes since. One that was
/// seen to be further is a Redis that came back older.
public struct StateVersion: Comparable, Sendable, CustomStringConvertible {
    public let generation: Int64
    public let change: Int64

    public init(_ generation: Int64, _ change: Int64) {
        self.generation = generation
        self.change = change
    }

    public static func < (left: StateVersion, right: StateVersion) -> Bool {
        (left.generation, left.change) < (right.generation, right.change)
    }

    public var description: String { "\(generation)-\(change)" }
}
