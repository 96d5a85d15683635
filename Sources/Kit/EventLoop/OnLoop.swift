/// An actor that lives on a loop: its jobs run there, and callers on it wait for no hop.
///
/// Swift takes `unownedExecutor` from here as from the actor itself, and gives it no queue of its
/// own (`OnLoopTests`).
public protocol OnLoop: Actor {
    nonisolated var loop: EventLoop { get }
}

extension OnLoop {
    @inlinable public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }
}
