import EventLoop

extension PatientClient {
    /// All at once, as far as the client has connections; what failed again, as long as patience
    /// lasts.
    func answers(_ requests: [Request]) async -> [Response] {
        let untilNs = loop.clock.monotonicNs() + UInt64(Self.patienceMs) * 1_000_000
        var responses = await once(requests)
        while true {
            let failed = responses.indices.filter {
                responses[$0].failure != nil || responses[$0].status == 429
                    || responses[$0].status >= 500
            }
            guard !failed.isEmpty, loop.clock.monotonicNs() < untilNs else { return responses }
            await loop.sleep(ms: Self.retryMs)
            let again = await once(failed.map { requests[$0] })
            for (place, response) in zip(failed, again) { responses[place] = response }
        }
    }

    private func once(_ requests: [Request]) async -> [Response] {
        guard !requests.isEmpty else { return [] }
        let basket = Basket(count: requests.count)
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            for (place, request) in requests.enumerated() {
                client.send(request) { response in
                    if basket.put(response, at: place) { unsafe continuation.resume() }
                }
            }
        }
        return basket.responses
    }

    /// Answers that come in any order.
    private final class Basket {
        private(set) var responses: [Response]
        private var missing: Int

        init(count: Int) {
            let none = Response(failure: .other, sentNs: 0, receivedNs: 0)
            responses = Array(repeating: none, count: count)
            missing = count
        }

        /// True with the last one.
        func put(_ response: Response, at place: Int) -> Bool {
            responses[place] = response
            missing -= 1
            return missing == 0
        }
    }
}
