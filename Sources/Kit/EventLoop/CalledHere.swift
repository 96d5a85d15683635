/// An actor whose calls from its own loop need no `await`.
///
/// An actor conforms with `@preconcurrency`: its own `asActor` may then be called without waiting,
/// and Swift checks at each call that the caller is on the actor's loop, and crashes if not. The
/// same as `assumeIsolated`, without the closure on the heap (`docs/decisions/0001-runtime.md`).
public protocol CalledHere<Me> {
    associatedtype Me: Actor
    func asActor<Value: Sendable>(_ body: (isolated Me) -> Value) -> Value
}

extension CalledHere {
    /// Runs `body` as the actor, which a caller on the loop already is in fact.
    @inlinable
    public func here<Value: Sendable>(_ body: (isolated Me) -> Value) -> Value { asActor(body) }
}

extension Actor {
    @inlinable
    public func asActor<Value: Sendable>(_ body: (isolated Self) -> Value) -> Value { body(self) }
}
