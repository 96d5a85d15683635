import CHTTPShims
import CMicrohttpd
import EventLoop

/// How libmicrohttpd gets the answer to a request.
extension Daemon {
    func queue(
        _ response: HTTPResponse,
        for request: HTTPRequest,
        closing: Bool = false
    ) -> MHD_Result {
        guard let handle = unsafe request.handle else { return cshim_mhd_no }
        let isLast = closing || isDraining || isStopping
        request.connection.enter(
            .answer,
            at: nowNs,
            until: clientDeadline(ms: configuration.answerTimeoutMs)
        )
        // It has been read.
        request.body = []
        pin(request.connection, response.body)
        if case .events(let stream) = response.content {
            if request.method != .head { return hand(stream, response, for: request) }
            stream.close()
        }
        if !isLast, let known = unsafe known(response, for: request) {
            let bytes = response.body.count
            return unsafe queue(known, response.status, bytes, on: handle, for: request)
        }
        var status = response.status
        var made = unsafe make(response, for: request, closing: isLast)
        if unsafe made == nil {
            status = 500
            unsafe made = make(.internalError, for: request, closing: isLast)
        }
        guard let made = unsafe made else { return cshim_mhd_no }
        defer { unsafe MHD_destroy_response(made) }
        return unsafe queue(made, status, response.body.count, on: handle, for: request)
    }

    private func queue(
        _ made: OpaquePointer,
        _ status: Int,
        _ bytes: Int,
        on handle: OpaquePointer,
        for request: HTTPRequest
    ) -> MHD_Result {
        note(request, status, bytes: bytes)
        return unsafe MHD_queue_response(handle, UInt32(status), made)
    }

    func note(_ request: HTTPRequest, _ status: Int, bytes: Int = 0) {
        let ended = loop.clock.monotonicNs()
        let latencyNs = ended > request.startNs ? ended - request.startNs : 0
        recorder.note(route: request.route, status: status, latencyNs: latencyNs)
        guard let onAnswer = configuration.onAnswer else { return }
        let isKnown = request.route < router.routes.count
        onAnswer(
            HTTPAnswered(
                method: request.method,
                route: isKnown ? router.routes[request.route].pattern : nil,
                path: request.loggedPath,
                status: status,
                bytes: request.method == .head ? 0 : bytes,
                latencyNs: latencyNs,
                client: request.client,
                user: request.user
            )
        )
    }

    /// What libmicrohttpd has of it already. A ticket's answer that is made and thrown away each
    /// time takes 2,700 instructions for it, one that is lent 400.
    private func known(_ response: HTTPResponse, for request: HTTPRequest) -> OpaquePointer? {
        switch response.content {
        case .kept(let answer): return unsafe answer.response
        case .events: return nil
        case .bytes(let body):
            guard let head = response.head, let lent = answers.lend(head, body) else { return nil }
            request.lent = lent
            return unsafe lent.response
        }
    }

    /// Nil if a header cannot be written.
    private func make(
        _ response: HTTPResponse,
        for request: HTTPRequest,
        closing: Bool
    ) -> OpaquePointer? {
        let (type, headers) = (
            response.contentType,
            closing ? response.headers + [HTTPHeader("Connection", "close")] : response.headers
        )
        return unsafe KeptAnswer.made(response.body, type: type, headers)
    }
}
