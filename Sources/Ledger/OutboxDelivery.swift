import Engines
import EventLoop

/// What a relay repeats, and why it could not.
final class OutboxWorker {
    let bell: Bell
    var failure: StoreError?
    init(on loop: EventLoop) { bell = Bell(on: loop) }
}

/// A consumer, and how far it was given events.
final class OutboxDelivery {
    let consumer: OutboxConsumer
    let worker: OutboxWorker
    /// As far as this process knows; -1: it has not looked yet.
    var cursor: Int64 = -1

    init(_ consumer: OutboxConsumer, on loop: EventLoop) {
        self.consumer = consumer
        worker = OutboxWorker(on: loop)
    }
}
