/// How far a state in Redis has come: the generation of its load, and changes since. One that was
/// seen to be further is a Redis that came back older.
struct StateVersion: Comparable, Sendable, CustomStringConvertible {
    let generation: Int64
    let change: Int64

    init(_ generation: Int64, _ change: Int64) {
        self.generation = generation
        self.change = change
    }

    static func < (left: StateVersion, right: StateVersion) -> Bool {
        (left.generation, left.change) < (right.generation, right.change)
    }

    var description: String { "\(generation)-\(change)" }
}
