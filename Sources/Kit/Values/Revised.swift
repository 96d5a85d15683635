/// A thing that operators change, and how often they have.
public struct Revised<Value: Sendable>: Sendable {
    public var value: Value
    public var revision: Int64

    public init(_ value: Value, revision: Int64) {
        self.value = value
        self.revision = revision
    }
}

extension Revised: Equatable where Value: Equatable {}

/// Whether a thing as it is now, nil: there is none, is what the sender of a change has seen. It is
/// asked of what the change is made from, and again whenever another change came between.
public typealias Precondition<Value> = @Sendable (Value?) -> Bool
