import EventLoop

/// Asks again while a server comes up; for what has to be known before the first visitor.
struct PatientClient {
    /// How long a server may take to come up.
    static let patienceMs = 10_000
    static let retryMs = 200

    let loop: EventLoop
    let client: CurlClient

    /// The first answer that is not a failure, or the last failure when patience is over.
    func answer(_ request: Request) async -> Response {
        let untilNs = loop.clock.monotonicNs() + UInt64(Self.patienceMs) * 1_000_000
        while true {
            let response = await once(request)
            let isTemporary = response.failure != nil || response.status >= 500
            guard isTemporary, loop.clock.monotonicNs() < untilNs else { return response }
            await loop.sleep(ms: Self.retryMs)
        }
    }

    private func once(_ request: Request) async -> Response {
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Response, Never>) in
            client.send(request) { response in unsafe continuation.resume(returning: response) }
        }
    }
}
