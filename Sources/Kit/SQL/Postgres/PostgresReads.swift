import EventLoop

/// The reads of one class: the connection they are done on, and those that wait. On the loop only.
///
/// What is sent cannot be taken back: everything behind it on the connection waits for it. So only
/// `sentMax` are on their way at once, and the rest waits here, where it can still be given up.
@safe final class PostgresReads {
    let connection = PostgresConnection(.reader)
    private let clock: Clock
    private let sentMax: Int
    private var waiting = Fifo<WaitingRead>()
    private var sent = 0
    /// When the server answered a read last.
    private var answeredNs: UInt64 = 0
    private(set) var statistics = SQLStatistics()

    init(_ kind: ReadClass, clock: Clock) {
        self.clock = clock
        sentMax = Self.sentMax(kind)
    }

    /// Answers take a fraction of a millisecond, so a round trip is worth as many: 64 x 0.1 ms is
    /// no long wait. A list is work for the server: each waits for the one before it.
    private static func sentMax(_ kind: ReadClass) -> Int {
        switch kind {
        case .answer: 64
        case .list: 1
        }
    }

    var pending: Int { waiting.count + sent }

    func append(_ read: WaitingRead) {
        connection.link?.loop.preconditionIsolated()
        waiting.append(read)
        send()
    }

    /// Gives up those that wait for too long, or for nobody.
    func expire() {
        while let first = waiting.first, let refusal = first.refusal(atNs: clock.monotonicNs()) {
            _ = waiting.popFirst()
            refuse(first, refusal)
        }
    }

    private func send() {
        while sent < sentMax, let next = waiting.popFirst() {
            if let refusal = next.refusal(atNs: clock.monotonicNs()) {
                refuse(next, refusal)
                continue
            }
            guard let link = connection.link, link.isUsable else {
                statistics.failures += 1
                next.answer(.failure(.unavailable(connection.lastFailure ?? "not connected yet")))
                continue
            }
            sent += 1
            ReadBatch.send(next.statements, on: link) { outcome in
                self.sent -= 1
                switch outcome {
                case .success:
                    self.statistics.reads += 1
                    self.answeredNs = self.clock.monotonicNs()
                case .failure: self.statistics.failures += 1
                }
                next.answer(outcome)
                self.send()
            }
        }
    }

    private func refuse(_ read: WaitingRead, _ refusal: WaitingRead.Refusal) {
        refusal.count(in: &statistics)
        // A server that has answered nobody meanwhile hangs: it is as good as away.
        let hangs = refusal == .expired && answeredNs < read.askedNs
        let error = refusal.error
        read.answer(.failure(hangs ? .unavailable("the server has not answered") : error))
    }
}
