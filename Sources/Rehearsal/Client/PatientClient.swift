import EventLoop

/// Asks again while a server comes up; for what has to be known before the first visitor and after
/// the last.
struct PatientClient {
    /// How long a server may take to come up.
    static let patienceMs = 10_000
    /// What the ledger knows may take this long to show after an engine was away.
    static let settleMs = 5_000

    let loop: EventLoop
    let client: CurlClient

    /// Calls `attempt` until it answers true, or until `ms` are over.
    func keepTrying(
        forMs ms: Int = patienceMs,
        everyMs: Int = 200,
        _ attempt: () async -> Bool
    ) async {
        let untilNs = loop.clock.monotonicNs() + UInt64(ms) * 1_000_000
        while await !attempt(), loop.clock.monotonicNs() < untilNs { await loop.sleep(ms: everyMs) }
    }

    /// The first answer that is not temporary, or the last one when patience is over.
    func answer(_ request: Request) async -> Response { await answers([request])[0] }

    /// All at once, as far as the client has connections.
    func answers(_ requests: [Request]) async -> [Response] {
        let none = Response(failure: .other, sentNs: 0, receivedNs: 0)
        var responses = Array(repeating: none, count: requests.count)
        var open = Array(requests.indices)
        await keepTrying {
            let found = await once(open.map { requests[$0] })
            for (place, response) in zip(open, found) { responses[place] = response }
            open = open.filter { responses[$0].isTemporary }
            return open.isEmpty
        }
        return responses
    }

    /// What `read` makes of the answer 200; without it the rehearsal cannot begin.
    func require<Answer>(
        _ request: Request,
        _ doing: String,
        _ read: (Response) -> Answer?
    ) async throws(SetupProblem) -> Answer {
        let response = await answer(request)
        guard response.status == 200, let answer = read(response) else {
            throw SetupProblem(doing, response)
        }
        return answer
    }

    /// Returns when no request is on its way.
    func settled() async {
        while client.inFlight + client.queued > 0 { await loop.sleep(ms: 10) }
    }

    private func once(_ requests: [Request]) async -> [Response] {
        guard !requests.isEmpty else { return [] }
        var responses = [Response?](repeating: nil, count: requests.count)
        var missing = requests.count
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            for (place, request) in requests.enumerated() {
                client.send(request) { response in
                    responses[place] = response
                    missing -= 1
                    if missing == 0 { unsafe continuation.resume() }
                }
            }
        }
        return responses.compactMap(\.self)
    }
}

/// Why the rehearsal could not begin.
struct SetupProblem: Error, Equatable, Sendable {
    let line: String

    init(line: String) { self.line = line }

    init(_ doing: String, _ response: Response) {
        let code = response.object?.string("code").map { " " + $0 } ?? ""
        let found = response.failure.map(\.rawValue) ?? "answered \(response.status)\(code)"
        line = "\(doing): \(found)"
    }
}
