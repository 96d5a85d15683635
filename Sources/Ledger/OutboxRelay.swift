import Engines
import EventLoop
import SQL
import Synchronization

/// Brings what the ledger has committed to everybody else: numbers the rows of the outbox and gives
/// them to consumers, in order. One a process, on its first loop; any number of processes may do
/// the same work.
///
/// A row becomes an event in two steps, each durable: it gets its number, and then each consumer is
/// given it and its cursor goes on. A death between any two of them loses nothing and repeats the
/// last batch.
package actor OutboxRelay: OnLoop {
    package nonisolated let loop: EventLoop
    package nonisolated let position: OutboxPosition
    private let outbox: Outbox
    private let numbering: OutboxWorker
    private var deliveries: [OutboxDelivery]
    private var tasks: [Task<Void, Never>] = []
    private var numbered = 0
    private var isStopping = false
    private let waits = DeliveryWaits()
    /// A nudge is on its way to this loop: more of them say nothing new.
    private nonisolated let isNudged = Atomic<Bool>(false)

    /// Rows of other processes, and after a lost nudge, are found within this.
    static let pollMs = 1_000
    /// At most 40 rounds a second: each costs a commit to number and one per consumer.
    private static let roundEveryMs = 25
    /// Rows that commit so many behind a later one wait for the look at all, once in `pollMs`: two
    /// full groups of two processes.
    private static let lateRowsMax = Int64(4 * GroupCommit.entriesMax)
    /// The pause after a failure.
    static let retryMs = 250

    package init(
        _ outbox: Outbox,
        consumers: [OutboxConsumer] = [],
        position: OutboxPosition = .init(),
        on loop: EventLoop
    ) {
        self.loop = loop
        self.outbox = outbox
        self.position = position
        numbering = OutboxWorker(on: loop)
        deliveries = consumers.map { OutboxDelivery($0, on: loop) }
    }

    /// Before the start.
    package func add(_ consumers: [OutboxConsumer]) {
        precondition(tasks.isEmpty, "consumers come before the start")
        deliveries += consumers.map { OutboxDelivery($0, on: loop) }
    }

    package func start() {
        precondition(tasks.isEmpty, "a relay starts once")
        tasks = [Task(executorPreference: loop) { await self.number() }]
        for index in deliveries.indices {
            tasks.append(Task(executorPreference: loop) { await self.deliver(index) })
        }
    }

    /// Returns when the batches in hand are done.
    package func stop() async {
        isStopping = true
        numbering.bell.ring()
        for delivery in deliveries { delivery.worker.bell.ring() }
        for task in tasks { await task.value }
    }

    /// Says that something was committed. Any thread; many at once cost one.
    package nonisolated func nudge() {
        guard !isNudged.exchange(true, ordering: .acquiringAndReleasing) else { return }
        Task(executorPreference: loop) { await self.hearNudge() }
    }

    private func hearNudge() {
        // Before the round: who commits during it nudges anew.
        isNudged.store(false, ordering: .releasing)
        numbering.bell.ring()
    }

    // MARK: Work

    private func number() async {
        var floor: Int64 = 0
        var lookAllNs: UInt64 = 0
        while !isStopping {
            var pauseMs = Self.pollMs
            let nowNs = loop.clock.monotonicNs()
            if nowNs >= lookAllNs {
                floor = 0
                lookAllNs = nowNs + UInt64(Self.pollMs) * 1_000_000
            }
            do throws(StoreError) {
                let mark = waits.mark
                let round = try await outbox.number(above: floor)
                floor = max(floor, round.latestRow - Self.lateRowsMax)
                numbering.failure = nil
                numbered += round.numbered
                if round.numbered > 0 { FaultPoint.relayNumbered.reach() }
                tell(round.latest)
                if !round.isMore { waits.numbered(all: round.latest, before: mark) }
                for delivery in deliveries { tellWaits(of: delivery) }
                if round.isMore { pauseMs = Self.roundEveryMs }
                if round.numbered > 0, !isStopping { await loop.sleep(ms: Self.roundEveryMs) }
            } catch {
                Background.relay.failed(error, about: ("step", "number"))
                numbering.failure = error
                pauseMs = Self.retryMs
            }
            if !isStopping { await numbering.bell.wait(ms: pauseMs) }
        }
    }

    private func tell(_ latest: Int64) {
        guard position.advance(to: latest) else { return }
        for delivery in deliveries { delivery.worker.bell.ring() }
    }

    private func deliver(_ index: Int) async {
        let delivery = deliveries[index]
        while !isStopping {
            do throws(StoreError) {
                try await deliverBatch(to: delivery)
                delivery.worker.failure = nil
                tellWaits(of: delivery)
            } catch {
                Background.relay.failed(error, about: ("consumer", delivery.consumer.name))
                delivery.worker.failure = error
                waits.failed(delivery.consumer.name)
                if !isStopping { await loop.sleep(ms: Self.retryMs) }
                continue
            }
            // The position is looked at again every second, by the numbering.
            if delivery.cursor >= position.latest, !isStopping {
                await delivery.worker.bell.wait(ms: Self.pollMs)
            }
        }
    }

    private func deliverBatch(to delivery: OutboxDelivery) async throws(StoreError) {
        guard delivery.cursor < position.latest else { return }
        let consumer = delivery.consumer
        let (cursor, events) = try await outbox.events(for: consumer.name)
        delivery.cursor = cursor
        guard let last = events.last else { return }
        // Another process may have numbered more than this one knew of.
        tell(last.number)
        let applied = try await consumer.apply(events)
        FaultPoint.relayApplied.reach()
        try await outbox.advance(consumer.name, to: last.number, last: applied)
        delivery.cursor = last.number
    }

    private func tellWaits(of delivery: OutboxDelivery) {
        waits.delivered(to: delivery.cursor, delivery.consumer.name)
    }

    /// Waits until a consumer has been given all that was committed before the call. False: it was
    /// not within `ms`, or cannot be given anything now.
    ///
    /// A row that committed far behind later ones, which only the look at all finds, is not waited
    /// for.
    package func delivered(_ consumer: String, withinMs ms: Int) async -> Bool {
        guard let delivery = deliveries.first(where: { $0.consumer.name == consumer }),
            delivery.worker.failure == nil, !isStopping
        else { return false }
        return await waits.wait(for: consumer, ms: ms, ringing: numbering.bell, on: loop)
    }

    // MARK: What it has done

    package func statistics() -> OutboxStatistics {
        OutboxStatistics(
            numbered: numbered,
            latest: position.latest,
            failure: numbering.failure,
            consumers: deliveries.map {
                .init(name: $0.consumer.name, cursor: max(0, $0.cursor), failure: $0.worker.failure)
            }
        )
    }
}
