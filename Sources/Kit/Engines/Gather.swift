public import EventLoop

/// What many ask about one subject in a turn of the loop leaves as one call at its end.
///
/// On the loop of its owner. Who asks waits for a continuation: that is no task and no hop.
public actor Gather<Subject: Hashable & Sendable, Question: Sendable, Answer: Sendable>: OnLoop,
    @preconcurrency CalledHere
{
    /// A question, and who waits for its answer.
    @safe public struct Asked: Sendable {
        public let question: Question
        fileprivate let asker: UnsafeContinuation<Result<Answer?, StoreError>, Never>
    }

    /// Answers the questions in their order. Nil: there is no such subject.
    public typealias Call =
        @Sendable (Subject, ArraySlice<Asked>) async throws(StoreError) -> [Answer]?

    public nonisolated let loop: EventLoop
    private let callMax: Int
    private var call: Call?
    private var asked = TurnBatch<Subject, Asked>()
    private let waiting = Waiting()
    /// Turns of the loop are listened to.
    private var hasTurns = false

    /// `callMax` is the number of questions of one call. Without a `call`, `start` gives one.
    public init(on loop: EventLoop, callMax: Int = .max, call: Call? = nil) {
        self.loop = loop
        self.callMax = callMax
        self.call = call
    }

    /// Makes `call` at the end of each turn in which somebody asked; of several on a loop, the one
    /// that was started first calls first. On the loop.
    public nonisolated func start(_ call: @escaping Call) {
        here { gather in
            gather.call = call
            gather.listen()
        }
    }

    /// Nil: there is no such subject. For callers on the loop.
    public nonisolated func ask(_ question: Question, about subject: Subject)
        async throws(StoreError) -> Answer?
    {
        try await unsafe withUnsafeContinuation { asker in
            let asked = unsafe Asked(question: question, asker: asker)
            here { $0.add(asked, subject) }
        }.get()
    }

    private func add(_ question: Asked, _ subject: Subject) {
        asked.append(question, about: subject)
        waiting.isAny = true
        listen()
    }

    private func listen() {
        guard !hasTurns else { return }
        hasTurns = true
        // The loop may outlive this.
        loop.onTurnEnd { [weak self, waiting] in
            waiting.isAny && self?.assumeIsolated { $0.flush() } ?? false
        }
    }

    /// True when there was anything to ask.
    private func flush() -> Bool {
        guard let call else { return false }
        waiting.isAny = false
        for (subject, asked) in asked.takeCalls(max: callMax) {
            Task.immediate(executorPreference: loop) {
                let answers = await Result.caught { () async throws(StoreError) in
                    try await call(subject, asked)
                }
                for (index, asked) in asked.enumerated() {
                    unsafe asked.asker.resume(returning: answers.map { $0?[index] })
                }
            }
        }
        return true
    }
}

/// Whether somebody asked in this turn. Not generic, for most turns end without: to ask each gather
/// of a loop took 1,000 instructions a turn.
private final class Waiting { var isAny = false }
