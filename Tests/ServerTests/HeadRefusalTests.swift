import TestGate
import Testing
import TestRedis

/// Requests that are refused for the form of their heads: the operator sees how many, why, and from
/// where.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct HeadRefusalTests {
    private static let line = "GET /healthz HTTP/1.1\r\n"
    private static let bad = [
        (line + "Host: t\r\nX-A: b\0c\r\n\r\n", "line_end"),
        (line + "Host: t\r\nX-A : b\r\n\r\n", "header_name"),
        (line + "Host: t\r\nHost: t\r\n\r\n", "header_twice"),
        (line + "Host: t\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", "header_twice"),
        (line + "\r\n", "host"), (line + "Host: a/b\r\n\r\n", "host"),
        (line + "Host: t\r\nTransfer-Encoding: gzip\r\n\r\n", "transfer_encoding"),
        (
            line + "Host: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            "two_lengths"
        ),
        ("GET  /healthz HTTP/1.1\r\nHost: t\r\n\r\n", "request_line"),
        (line + "Host: t\r\nX-A: b\u{1}\r\n\r\n", "control_character"),
        (line + "Host: t\r\nContent-Length: -5\r\n\r\n", "unreadable"),
        (line + "Host: t\r\nContent-Length: \(Int.max)0\r\n\r\n", "too_large"),
    ]

    @Test func eachIsCountedAndLoggedWithItsReason() async throws {
        try await ServerBed.with(sites: 0) { bed in
            let redis = ["--redis", "unix:\(bed.redis.socketPath)"]
            let site = try await Site.start(data: bed.data, redis)
            for (head, _) in Self.bad {
                let client = try HTTPClient(site.port)
                client.send(head)
                let status = try await client.answer().status
                #expect(status == 400 || status == 413, "\(head)")
            }
            let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
            let reasons = Dictionary(grouping: Self.bad) { $0.1 }
            for (reason, heads) in reasons {
                let name = "onsale_http_heads_refused_total"
                let counted = metrics.value(name, ["reason": reason])
                #expect(counted == Double(heads.count), "\(reason)")
                let said = "level=info event=head_refused reason=\(reason) address=127.0.0.1"
                let lines = site.process.errors.ranges(of: said)
                #expect(lines.count == heads.count, "\(reason)")
            }
        }
    }

    /// Whoever sends many of one kind hides no other kind.
    @Test func aReasonHasLinesOfItsOwn() async throws {
        try await ServerBed.with(sites: 0) { bed in
            let redis = ["--redis", "unix:\(bed.redis.socketPath)"]
            let site = try await Site.start(data: bed.data, redis)
            for head in Array(repeating: Self.bad[2].0, count: 30) + [Self.bad[0].0] {
                let client = try HTTPClient(site.port)
                client.send(head)
                #expect(try await client.answer().status == 400)
            }
            let log = site.process.errors
            #expect(log.ranges(of: "reason=header_twice").count == 10, "\(log)")
            #expect(log.ranges(of: "reason=line_end").count == 1, "\(log)")
        }
    }
}
