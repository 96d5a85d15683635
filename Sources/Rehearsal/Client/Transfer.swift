import CCurl
import CCurlShims

/// One libcurl handle that carries one request after the other. On the loop only.
@safe final class Transfer {
    /// Largest answer that is kept: a map of 200,000 seats at 48 B each; a ticket is below 1 KiB.
    static let bodyBytesMax = 10 * 1024 * 1024
    /// Room for an answer that is kept from request to request.
    private static let bodyBytesKept = 64 * 1024
    private static let connectTimeoutMs = 5_000
    /// A stream carries a comment each 15 s; three missing ones are a dead connection.
    private static let streamSilenceSeconds = 45

    let easy: UnsafeMutableRawPointer
    var body: [UInt8] = []
    var sentNs: Int64 = 0
    var onEnd: ((Response) -> Void)?
    /// Set for a stream: gets the bytes as they come, and `body` stays empty.
    var onBytes: (([UInt8]) -> Void)?
    private var wantsETag = false
    private var hangsUp = false
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// libcurl reads a body from here until the transfer ends.
    private var pinned: UnsafeMutablePointer<CChar>?

    /// Answers nil if libcurl has no memory for a handle.
    init?(owner: UnsafeMutableRawPointer, onClose: curl_closesocket_callback) {
        guard let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = easy
        body.reserveCapacity(1_024)
        let code = unsafe cshim_curl_easy_configure(
            easy,
            { bytes, size, count, raw in
                guard let bytes = unsafe bytes, let raw = unsafe raw else { return 0 }
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(raw).takeUnretainedValue()
                let length = size * count
                let got = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
                return unsafe transfer.take(got) ? length : 0
            },
            Unmanaged.passUnretained(self).toOpaque(),
            onClose,
            owner,
            Self.connectTimeoutMs
        )
        precondition(code == CURLE_OK, "curl_easy_setopt: \(code.rawValue)")
    }

    /// Sets the handle up for `request`; false if libcurl refuses it (a malformed URL, say).
    func prepare(_ request: Request, timeoutMs: Int) -> Bool {
        clear()
        for line in request.headers { unsafe headers = curl_slist_append(headers, line) }
        if request.body != nil {
            unsafe headers = curl_slist_append(headers, "Content-Type: application/json")
        } else if request.method == .post {
            // libcurl would call an empty body a form.
            unsafe headers = curl_slist_append(headers, "Content-Type:")
        }
        pin(request.body)
        wantsETag = request.wantsETag
        hangsUp = request.hangUpMs != nil
        let code = unsafe cshim_curl_easy_prepare(
            easy,
            request.method.rawValue,
            request.url,
            headers,
            pinned,
            request.body?.count ?? 0,
            request.hangUpMs ?? timeoutMs,
            Self.streamSilenceSeconds
        )
        return code == CURLE_OK
    }

    /// The answer of a transfer that has ended with `code`.
    func response(_ code: CURLcode, atNs nowNs: Int64) -> Response {
        var response = Response(sentNs: sentNs, receivedNs: nowNs)
        response.connects = unsafe cshim_curl_easy_connects(easy)
        guard code == CURLE_OK else {
            let failure = Self.failure(code)
            response.failure = failure == .timedOut && hangsUp ? .hungUp : failure
            return response
        }
        response.status = unsafe cshim_curl_easy_status(easy)
        let seconds = unsafe cshim_curl_easy_retry_after_s(easy)
        if seconds > 0 { response.retryAfterMs = min(seconds, 3_600) * 1_000 }
        response.body = body
        if wantsETag, let etag = unsafe cshim_curl_easy_etag(easy) {
            response.etag = unsafe String(cString: etag)
        }
        return response
    }

    func clear() {
        body.removeAll(keepingCapacity: body.count <= Self.bodyBytesKept)
        onEnd = nil
        onBytes = nil
        unsafe curl_slist_free_all(headers)
        unsafe headers = nil
        pin(nil)
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let onBytes {
            unsafe onBytes(Array(bytes))
            return true
        }
        guard body.count + bytes.count <= Self.bodyBytesMax else { return false }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    private func pin(_ bytes: [UInt8]?) {
        unsafe pinned?.deallocate()
        unsafe pinned = nil
        guard let bytes, !bytes.isEmpty else { return }
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { unsafe copy[index] = CChar(bitPattern: byte) }
        unsafe pinned = copy
    }

    private static func failure(_ code: CURLcode) -> ExchangeFailure {
        switch code {
        case CURLE_COULDNT_CONNECT: .refused
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .reset
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        default: .other
        }
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(headers)
        unsafe pinned?.deallocate()
    }
}
