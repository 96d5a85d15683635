import CHTTPShims
import CMicrohttpd

/// The life of one request: begin (headers), body, handler; how it is answered is in
/// `Daemon+Answers.swift`.
extension Daemon {
    /// Bytes of a body that are read and thrown away after it was refused: closing on unread
    /// bytes resets the connection, and the client might lose the answer over it.
    private static let discardMax = 1_048_576
    /// Requests whose handler waits while their connection is neither answered nor suspended: the
    /// library asks again for each of them on every run. Suspending and resuming costs two
    /// `epoll_ctl` and an empty `recv`: a status took 13.4 us of the server with it, 10.6 without.
    /// Beyond this many to be asked on a run, requests are suspended.
    private static let heldMax = 256

    /// The headers are complete. An answer queued here would end the connection after it: only
    /// requests whose body is not wanted get one.
    func begin(
        _ handle: OpaquePointer,
        on connection: Connection,
        _ head: cshim_head,
        url: UnsafePointer<UInt8>,
        urlCount: Int
    ) -> (HTTPRequest, MHD_Result) {
        // Before anybody reads a header: it cuts their blanks.
        let length = unsafe withUnsafePointer(to: head) {
            unsafe cshim_mhd_body_length(handle, $0)
        }
        let method = unsafe HTTPMethod(index: cshim_mhd_method(head.method))
        var captures = Captures()
        let match = router.match(
            method,
            unsafe Span(_unsafeStart: url, count: urlCount),
            &captures
        )
        var route = router.routes.count
        if case .route(let index) = match { route = index }
        let request = unsafe HTTPRequest(
            handle,
            on: connection,
            of: configuration.trustedProxies,
            method: method ?? .get,
            url: url,
            urlCount: urlCount,
            route: route,
            names: route < router.routes.count ? router.routes[route].names : [],
            captures: captures
        )
        request.startNs = nowNs
        // "HTTP/1.0" or a later one.
        unsafe request.isOld = head.version[7] == CChar(0x30)
        connection.enter(
            .body,
            at: nowNs,
            until: clientDeadline(ms: configuration.bodyTimeoutMs)
        )
        switch match {
        case .route(let index):
            let route = router.routes[index]
            if route.hidesPath { request.hiddenBy = route.pattern }
        case .nothing:
            request.response = configuration.refuseUnrouted?(request) ?? .notFound
        case .wrongMethod(let allow, let hidden):
            request.hiddenBy = hidden
            let refusal = configuration.refuseUnrouted?(request)
            request.response = refusal ?? .methodNotAllowed(allow: allow)
        }
        return (request, unsafe frame(request, handle, length))
    }

    /// Looks at how long the body says it will be, see `cshim_mhd_body_length`.
    private func frame(
        _ request: HTTPRequest,
        _ handle: OpaquePointer,
        _ length: Int64
    ) -> MHD_Result {
        if length == 0 { return cshim_mhd_yes }
        if let fault = HTTPHeadFault(bodyLength: length) {
            refusedHead(fault, of: request.connection.peer)
            return queue(.badHead, for: request, closing: true)
        }
        if request.response == nil, router.routes[request.route].ignoresBody {
            return proceedWithoutBody(request)
        }
        if length > configuration.bodyMaxBytes {
            // Who asks first has sent nothing yet and gets a plain answer.
            if unsafe cshim_mhd_expects_continue(handle) != 0 {
                return queue(.payloadTooLarge, for: request, closing: true)
            }
            refuse(request)
        } else if length > 0, request.response == nil {
            request.body.reserveCapacity(Int(length))
            pinBody(of: request, bytes: Int(length))
        }
        return cshim_mhd_yes
    }

    /// The body may never come: a proxy that asks about another request passes its length on,
    /// and not its body. What else comes on this connection cannot be told from it.
    private func proceedWithoutBody(_ request: HTTPRequest) -> MHD_Result {
        request.isLast = true
        run(request)
        if let response = request.response { return queue(response, for: request, closing: true) }
        // Not held: the library takes no answer while it waits for a body.
        return park(request)
    }

    private func refuse(_ request: HTTPRequest) {
        request.isRefused = true
        request.body = []
        unpin(request.connection)
        request.connection.refuse(WrittenRefusal.payloadTooLarge.bytes)
        note(request, 413, bytes: HTTPResponse.payloadTooLarge.body.count)
    }

    /// libmicrohttpd found fault with a head that it has read, and is about to answer by itself: it
    /// forgets that, and writes a second head behind the first (0.9.75, connection.c, at
    /// MHD_CONNECTION_HEADERS_RECEIVED). The answer is ours instead, and its own finds no socket.
    ///
    /// It does not say whose head it was. Nearly always that of the last request line; a head that
    /// came in pieces is looked for among all, and costs its sender the connection each time.
    /// Nobody is found when it could not read the head to its end: then its answer has one head.
    func libraryRefuses(_ status: Int) {
        let last = connections.dropFirst(lastToBegin).first.flatMap { $0.isAtFault ? $0 : nil }
        let found = last ?? connections.first(where: \.isAtFault)
        refusedHead(HTTPHeadFault(libraryStatus: status), of: found?.peer)
        guard let connection = found else { return }
        let refusal = WrittenRefusal.of(status)
        connection.refuse(refusal.bytes)
        recorder.note(route: router.routes.count, status: refusal.status, latencyNs: 0)
    }

    /// `peer` is nil where libmicrohttpd does not tell.
    private func refusedHead(_ fault: HTTPHeadFault, of peer: NetworkAddress?) {
        headsRefused[fault, default: 0] += 1
        configuration.onHeadRefused?(fault, peer)
    }

    /// A piece of the body.
    func take(_ piece: UnsafeRawBufferPointer, for request: HTTPRequest) -> MHD_Result {
        hasMoreWork = true
        if !request.isRefused {
            if request.body.count + request.discardedBytes + piece.count
                <= configuration.bodyMaxBytes
            {
                if request.response == nil {
                    unsafe request.body.append(contentsOf: piece)
                    // One in chunks does not say how long it will be.
                    if request.body.count >= BufferedBytes.countedFrom {
                        pinBody(of: request, bytes: configuration.bodyMaxBytes)
                    }
                } else {
                    request.discardedBytes += piece.count
                }
                return cshim_mhd_yes
            }
            refuse(request)
        }
        request.discardedBytes += piece.count
        return request.discardedBytes > Self.discardMax ? cshim_mhd_no : cshim_mhd_yes
    }

    /// The request is complete, or its connection was woken.
    func proceed(_ request: HTTPRequest) -> MHD_Result {
        if request.isRefused || isOver { return cshim_mhd_no }
        if let response = request.response {
            return queue(response, for: request, closing: request.isLast)
        }
        if request.isHeld { return cshim_mhd_yes }
        // Woken without an answer: the server gives the request up.
        if request.isRunning { return cshim_mhd_no }
        run(request)
        if let response = request.response { return queue(response, for: request) }
        if held < Self.heldMax {
            held += 1
            request.isHeld = true
            return cshim_mhd_yes
        }
        return park(request)
    }

    private func run(_ request: HTTPRequest) {
        request.isRunning = true
        // As of this run: what waits for others of it waits.
        request.startNs = nowNs
        request.connection.enter(.handler, at: nowNs)
        request.daemon = self
        switch router.routes[request.route].handler {
        case .call(let respond): respond(request)
        case .task(let handler):
            // The request stays on this loop: the task prefers it, and starts right here.
            nonisolated(unsafe) let job = request
            let task = Task.immediate(executorPreference: loop) {
                unsafe job.answer(await handler(job))
            }
            // What changes something goes on to its end, whoever hears of it.
            guard request.response == nil, request.method == .get || request.method == .head
            else { return }
            request.connection.reading = task
        }
    }

    /// The request has its response.
    func answered(_ request: HTTPRequest) {
        request.connection.reading = nil
        queueHeld(request)
        release(request)
        unpark(request)
    }

    /// Hands over the answer of a held request at once: the library need not come for it, in a run
    /// of its own before the one that sends. If it takes none, it comes for it after all.
    private func queueHeld(_ request: HTTPRequest) {
        guard request.isHeld, !isInLibrary, !isOver, let response = request.response else { return }
        if case .events = response.content { return }
        _ = queue(response, for: request)
    }

    /// A held request has its answer, or is over.
    private func release(_ request: HTTPRequest) {
        guard request.isHeld else { return }
        request.isHeld = false
        held -= 1
        wantRun()
    }

    private func park(_ request: HTTPRequest) -> MHD_Result {
        guard let handle = unsafe request.handle else { return cshim_mhd_no }
        suspendedTotal += 1
        request.isSuspended = true
        request.connection.parked = request
        unsafe MHD_suspend_connection(handle)
        return cshim_mhd_yes
    }

    /// Lets libmicrohttpd come back for the answer.
    func unpark(_ request: HTTPRequest) {
        guard request.isSuspended, let handle = unsafe request.handle else { return }
        request.isSuspended = false
        request.connection.parked = nil
        unsafe MHD_resume_connection(handle)
        wantRun()
    }

    /// The request is over, however it ended.
    func completed(_ request: HTTPRequest) {
        hasMoreWork = true
        release(request)
        // Only of a handler that has not answered: the library has found its client gone.
        request.connection.reading?.cancel()
        request.connection.reading = nil
        request.die()
        if let lent = request.lent {
            request.lent = nil
            answers.giveBack(lent)
        }
        request.connection.parked = nil
        if request.connection.isTaken { return }
        // Its client has gone between the answer and the library's coming for it.
        if case .events(let stream) = request.response?.content { stream.close() }
        unpin(request.connection)
        // The next request's headers may begin as late as the idle limit, and then take their time.
        let idleMs = configuration.idleTimeoutSeconds * 1_000 + configuration.headerTimeoutMs
        request.connection.enter(.idle, at: nowNs, until: clientDeadline(ms: idleMs))
    }
}

/// An answer as it stands on the wire, for those that go past libmicrohttpd.
private struct WrittenRefusal {
    static let payloadTooLarge = WrittenRefusal(.payloadTooLarge, "Content Too Large")
    /// Without a document, as where libmicrohttpd writes it.
    private static let headTooLarge = WrittenRefusal(
        HTTPResponse(status: 431),
        "Request Header Fields Too Large"
    )
    private static let badHead = WrittenRefusal(.badHead, "Bad Request")

    let status: Int
    let bytes: [UInt8]

    private init(_ response: HTTPResponse, _ reason: String) {
        status = response.status
        let type = response.contentType.map { "Content-Type: \($0)\r\n" } ?? ""
        let head = "HTTP/1.1 \(response.status) \(reason)\r\n\(type)Connection: close\r\n"
        bytes = Array("\(head)Content-Length: \(response.body.count)\r\n\r\n".utf8) + response.body
    }

    static func of(_ status: Int) -> WrittenRefusal {
        switch status {
        case 413: payloadTooLarge
        case 431: headTooLarge
        default: badHead
        }
    }
}
