/// Where a server listens and what it grants its clients.
public struct HTTPConfiguration: Sendable {
    /// A name or address of this machine, IPv4 or IPv6.
    public var host = "127.0.0.1"
    /// 0 takes any free port; `HTTPServer.start` answers which.
    public var port: UInt16 = 0
    /// True for the second and later servers of one process that share a port: one per loop. False
    /// refuses a port on which anybody listens, which the kernel alone would let us share
    /// unnoticed.
    public var joinsPort = false
    /// Connections the kernel holds for us while a turn is running. The kernel caps it at
    /// `net.core.somaxconn`, usually 4,096.
    var backlogMax: Int32 = 4_096

    /// Bytes of a request's body: the largest document of the contract is far below 64 KiB.
    var bodyMaxBytes = 65_536
    /// Bytes that libmicrohttpd may use per connection for headers, in and out; more is answered
    /// 431. Half of it is for what comes in: other applications of the host have cookies, too, and
    /// 8 KiB of them pass. It wipes all between requests, so it costs memory (20,000 x 28 KiB are
    /// 560 MB) and time.
    var connectionMemoryBytes = 28_672
    /// Bytes of an answer that the kernel keeps for a reader; it takes twice that of its memory. A
    /// reader 100 ms away gets 1.3 MB/s. When it was free to grow, 1,500 silent readers of a map
    /// took all 2.2 GB that the kernel had for TCP, and nobody else got an answer.
    var sendBufferBytes: Int32 = 131_072
    /// Open connections of this server; more are closed at once and counted as refused. Stays below
    /// the descriptors a process may open.
    public var connectionsMax = 20_000
    /// Of them those of trusted proxies that have sent nothing yet: all that the kernel held, of a
    /// proxy that opens them in advance.
    var undecidedMax = 4_096
    /// Open connections per IPv4 address or IPv6 /64 network; 0 is no limit, as behind a proxy,
    /// where all clients share an address.
    public var connectionsPerAddressMax = 0

    /// Whose `X-Forwarded-...` headers and PROXY headers are believed: the proxies in front of this
    /// server.
    public var trustedProxies = NetworkRanges.loopback
    /// Told of a trusted proxy whose connection was closed over its PROXY header, on the loop.
    public var onProxyHeaderRefused: (@Sendable (NetworkAddress) -> Void)?
    /// Told of each request that is refused for the form of its head, and of its peer where
    /// libmicrohttpd tells, on the loop.
    public var onHeadRefused: (@Sendable (HTTPHeadFault, NetworkAddress?) -> Void)?

    /// Asked about each request that no route takes, on the loop, when its headers are there: an
    /// answer in place of 404 and 405, or nil.
    public var refuseUnrouted: (@Sendable (HTTPRequest) -> HTTPResponse?)?

    /// Told of each request when its answer is handed over, on the loop; nil costs nothing.
    public var onAnswer: (@Sendable (HTTPAnswered) -> Void)?

    /// From the connection to the end of the first headers, milliseconds, however the bytes drip
    /// in; of a PROXY header as long again.
    var headerTimeoutMs = 10_000
    /// From the end of the headers to the end of the body, milliseconds.
    var bodyTimeoutMs = 10_000
    /// From the answer being ready to its last byte being taken, milliseconds: 64 KiB at 1.1 KB/s.
    var answerTimeoutMs = 60_000
    /// Without a byte in either direction, seconds. Above the 60 s after which common proxies let
    /// an idle upstream connection go, so that they close first and never send into a closed one.
    var idleTimeoutSeconds = 75
    /// Comment lines that keep an event stream open through proxies, milliseconds.
    var heartbeatMs = 15_000
    /// How long `stop` waits for answers in the making, milliseconds: an answer of the ledger takes
    /// 5 s at most. With 2 s for clients and a second for the engines, a stop ends within 10 s.
    var stopGraceMs = 7_000
    /// What a client may take for its part once `stop` has begun, milliseconds: the rest of a
    /// request, taking an answer, the end of a stream.
    var stopClientMs = 2_000

    /// Bytes that slow clients may keep, for all servers of the process together: 512 MiB are 45
    /// versions of the largest seat map (11 MiB each), or the full buffers of 32,768 streams.
    public var buffered = BufferedBytes(max: bufferedMaxBytes, loops: 1)
    static let bufferedMaxBytes = 512 << 20
    /// The last descriptors of the process are not for connections: a stream needs a second one for
    /// a moment, and files, Redis and the ledger need theirs.
    public var descriptorsReserved = 64

    public init(host: String = "127.0.0.1", port: UInt16 = 0) {
        self.host = host
        self.port = port
    }

    /// How long one look at all connections may take: a quarter of the shortest limit it enforces,
    /// one second at most, so that nobody is cut more than a second late.
    var roundMs: Int {
        min(1_000, max(20, min(headerTimeoutMs, bodyTimeoutMs, answerTimeoutMs, heartbeatMs) / 4))
    }
}
