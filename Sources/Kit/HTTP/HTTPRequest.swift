import CHTTPShims
import CMicrohttpd
import Glibc

/// A request while it is being answered. Lives and dies on the server's loop.
///
/// Path, headers, query and cookies stay in libmicrohttpd's memory and are looked up when asked
/// for, so that a request costs what its handler reads. Once the answer is out, or the client is
/// gone and the request was given up, they read as absent.
@safe public final class HTTPRequest {
    public let method: HTTPMethod
    /// Complete, at most `HTTPConfiguration.bodyMaxBytes`.
    public internal(set) var body: [UInt8] = []

    /// libmicrohttpd's connection; nil as soon as its memory may be reused.
    private(set) var handle: OpaquePointer?
    private let url: UnsafePointer<UInt8>
    private let urlCount: Int
    private let captures: Captures
    private let names: [String]

    /// The owner of the routes notes here what kind of request it is; not read in this module.
    public var kind: UInt8 = 0

    /// Who called, once that is known; for the log of requests.
    public var user: String?

    /// Stands in logs for the path, which holds a secret.
    var hiddenBy: String?

    let connection: Connection
    let trustedProxies: NetworkRanges
    var knownClient: NetworkAddress?
    var unreadableClient: String?
    /// While a handler has the request.
    var daemon: Daemon?
    /// Index into the router's routes, or one past the last for a request that no route takes.
    let route: Int
    var response: HTTPResponse?
    /// Until the answer is out.
    var lent: LentAnswer?
    var isRunning = false
    var isSuspended = false
    /// Waits for its handler with its connection left to libmicrohttpd, see `Daemon.held`.
    var isHeld = false
    /// In HTTP/1.0, which knows no chunks.
    var isOld = false
    /// The connection ends with its answer.
    var isLast = false
    /// Already refused on the socket: what still comes is thrown away.
    var isRefused = false
    var discardedBytes = 0
    var startNs: UInt64 = 0

    init(
        _ handle: OpaquePointer,
        on connection: Connection,
        of trustedProxies: NetworkRanges,
        method: HTTPMethod,
        url: UnsafePointer<UInt8>,
        urlCount: Int,
        route: Int,
        names: [String],
        captures: Captures
    ) {
        unsafe self.handle = handle
        self.connection = connection
        self.trustedProxies = trustedProxies
        self.method = method
        unsafe self.url = url
        self.urlCount = urlCount
        self.route = route
        self.names = names
        self.captures = captures
    }

    /// The path as it was sent, without the query.
    public var path: String {
        guard unsafe handle != nil else { return "" }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: url, count: urlCount),
            as: UTF8.self
        )
    }

    /// The path as logs may have it.
    public var loggedPath: String { hiddenBy ?? path }

    /// A captured segment, percent-decoded. Asking for a name that the pattern lacks is a
    /// programming error.
    public func parameter(_ name: String) -> String {
        guard let index = names.firstIndex(of: name) else {
            preconditionFailure("no {\(name)} in the pattern")
        }
        guard unsafe handle != nil else { return "" }
        let path = unsafe Span(_unsafeStart: url, count: urlCount)
        return percentDecoded(path.extracting(captures[index]))
    }

    /// The first header of this name, in any case, without blanks around its value. Those that
    /// have one value stand once (`singles` in `mhd.c`): a request with two of them is refused.
    public func header(_ name: String) -> String? {
        unsafe value(cshim_mhd_header, name).map { unsafe String(cString: $0) }
    }

    /// Lines of one list that are looked at, the last ones: far more than a client sends.
    private static let listLinesMax: Int32 = 64

    /// All lines of this header as one list: several lines mean what commas mean (RFC 9110, section
    /// 5.3).
    public func list(_ name: String) -> String? {
        guard let handle = unsafe handle else { return nil }
        let max = Self.listLinesMax
        return unsafe withUnsafeTemporaryAllocation(of: cshim_text.self, capacity: Int(max)) {
            lines in
            let count = unsafe cshim_mhd_lines(handle, name, lines.baseAddress, max)
            guard count > 0 else { return nil }
            let texts = (0..<Int(count)).map { index in
                let bytes = unsafe UnsafeRawBufferPointer(
                    start: lines[index].start,
                    count: lines[index].count
                )
                return unsafe String(decoding: bytes, as: UTF8.self)
            }
            return texts.joined(separator: ",")
        }
    }

    /// The first query argument of this name, decoded. `?name` without a value reads as "".
    public func query(_ name: String) -> String? { arguments(name).first }

    /// How many query arguments have this name, in any case, as `query` finds it.
    public func queryCount(_ name: String) -> Int { arguments(name).count }

    private func arguments(_ name: String) -> (first: String?, count: Int) {
        guard let handle = unsafe handle else { return (nil, 0) }
        var value = unsafe cshim_text()
        let count = unsafe name.withCString {
            unsafe Int(cshim_mhd_query_find(handle, $0, Self.isEncodedName, &value))
        }
        guard count > 0 else { return (nil, 0) }
        guard let start = unsafe value.start else { return ("", count) }
        let bytes = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
        return unsafe (percentDecoded(Span(_unsafeStart: bytes, count: value.count)), count)
    }

    /// The name of an argument is decoded as its value is. Asked only for one with a `%`.
    private static let isEncodedName: cshim_name_check = { encoded, count, name in
        guard let encoded = unsafe encoded, let name = unsafe name else { return 0 }
        let bytes = unsafe UnsafeRawPointer(encoded).assumingMemoryBound(to: UInt8.self)
        let decoded = unsafe percentDecoded(Span(_unsafeStart: bytes, count: count))
        return unsafe decoded.withCString { unsafe strcasecmp($0, name) == 0 ? 1 : 0 }
    }

    /// The query from the first argument of this name on, as it was sent: its value and all that
    /// stands behind it. Nil also for more than `bytesMax`.
    public func query(from name: String, bytesMax: Int) -> String? {
        guard let handle = unsafe handle else { return nil }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytesMax) { text in
            let start = text.baseAddress
            let count = unsafe name.withCString {
                unsafe cshim_mhd_query_from(handle, $0, Self.isEncodedName, start, bytesMax)
            }
            // "Not there" is SIZE_MAX, which is -1 here.
            guard (0...bytesMax).contains(count) else { return nil }
            let bytes = unsafe UnsafeRawBufferPointer(text).prefix(count)
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Cookies of one name that are looked at: a browser sends one for each path and domain.
    private static let cookiesMax: Int32 = 8

    /// The values of the cookies of this name, with or without `__Host-` before it, in the order
    /// they were sent, wherever they stand between others'.
    public func cookies(_ name: String) -> [String] {
        guard let handle = unsafe handle else { return [] }
        let max = Self.cookiesMax
        return unsafe withUnsafeTemporaryAllocation(of: cshim_text.self, capacity: Int(max)) {
            values in
            let count = unsafe name.withCString { text in
                unsafe cshim_mhd_cookies(
                    handle,
                    text,
                    name.utf8.count,
                    values.baseAddress,
                    max
                )
            }
            return (0..<Int(count)).map { index in
                let value = unsafe UnsafeRawBufferPointer(
                    start: values[index].start,
                    count: values[index].count
                )
                return unsafe String(decoding: value, as: UTF8.self)
            }
        }
    }

    /// Gives the answer, once. On the server's loop.
    public func answer(_ response: HTTPResponse) {
        precondition(self.response == nil, "a request is answered once")
        // Nobody is there to hear it.
        if unsafe handle == nil, case .events(let stream) = response.content { stream.close() }
        self.response = response
        daemon?.answered(self)
        daemon = nil
    }

    private func value(_ kind: MHD_ValueKind, _ name: String) -> UnsafePointer<CChar>? {
        guard let handle = unsafe handle else { return nil }
        // Not by Swift's own conversion, which copies the name: 400 instructions each.
        return unsafe name.withCString { unsafe MHD_lookup_connection_value(handle, kind, $0) }
    }

    /// libmicrohttpd frees or reuses the request's memory after this.
    func die() { unsafe handle = nil }
}
