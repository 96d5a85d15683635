import CHTTPShims
import CMicrohttpd

/// What proxies say of the client they speak for. It is believed of trusted ones only
/// (`HTTPConfiguration.trustedProxies`): anybody can write a header.
extension HTTPRequest {
    /// Lines of `X-Forwarded-For` that are looked at, the last ones: some proxies add a line, some
    /// add to the last one.
    private static let linesMax: Int32 = 8

    /// Who sent the request: the peer, which is whom a PROXY header names; behind trusted proxies
    /// the last address that is not theirs.
    public var client: NetworkAddress {
        if let knownClient { return knownClient }
        let client = connection.isProxy ? forwardedFor() : connection.peer
        knownClient = client
        return client
    }

    /// Whether `client` is a trusted proxy itself, or runs on this machine, and speaks for nobody.
    public var isFromProxy: Bool {
        connection.isProxy && trustedProxies.contains(client) && unreadableForwarded == nil
    }

    /// What a trusted proxy wrote where the client's address should stand, cut, if it is none:
    /// `unknown`, say. `client` is that proxy then, for all of whom it does not tell: a stranger
    /// who can make a proxy write this must not pass for the operator.
    public var unreadableForwarded: String? {
        _ = client
        return unreadableClient
    }

    private static let unreadableBytesMax = 64

    /// The peer, if it says for whom it speaks and is not trusted: a proxy that nobody has named,
    /// or a client that pretends. Behind a `ProxyHeader` it is a visitor, whom nobody is to trust.
    public var untrustedProxy: NetworkAddress? {
        guard !connection.isProxy, !connection.hasProxyHeader, header("X-Forwarded-For") != nil
        else { return nil }
        return connection.peer
    }

    /// A header of a trusted proxy, whole.
    public func proxyHeader(_ name: String) -> String? { connection.isProxy ? header(name) : nil }

    /// The first value of an `X-Forwarded-...` header that a trusted proxy sent: of several proxies
    /// the first one speaks with the client.
    public func forwarded(_ name: String) -> String? {
        guard let values = proxyHeader(name) else { return nil }
        let first = values.prefix { $0 != "," }
        return String(first.trimmingBlanks)
    }

    /// From the right, where the nearest proxy wrote, past trusted addresses. What stands left of
    /// the first other one was sent by that client, and may be anything.
    private func forwardedFor() -> NetworkAddress {
        guard let handle = unsafe handle else { return connection.peer }
        let max = Self.linesMax
        return unsafe withUnsafeTemporaryAllocation(of: cshim_text.self, capacity: Int(max)) {
            lines in
            let count = unsafe cshim_mhd_lines(handle, "X-Forwarded-For", lines.baseAddress, max)
            var client = connection.peer
            for index in (0..<Int(count)).reversed() {
                var rest = unsafe UnsafeRawBufferPointer(
                    start: lines[index].start,
                    count: lines[index].count
                )[...]
                var isFirst = false
                while !isFirst {
                    let comma = unsafe rest.lastIndex(of: UInt8(ascii: ","))
                    let entry = unsafe rest[(comma.map { $0 + 1 } ?? rest.startIndex)...]
                    unsafe rest = rest[..<(comma ?? rest.startIndex)]
                    isFirst = comma == nil
                    let text = unsafe UnsafeRawBufferPointer(rebasing: Self.trimmed(entry))
                    guard let next = unsafe NetworkAddress.read(forwarded: text) else {
                        let cut = unsafe text.prefix(Self.unreadableBytesMax)
                        unreadableClient = unsafe String(decoding: cut, as: UTF8.self)
                        return client
                    }
                    client = next
                    guard trustedProxies.contains(client) else { return client }
                }
            }
            return client
        }
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>)
        -> Slice<UnsafeRawBufferPointer>
    {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 9 }
        var text = unsafe text
        while let last = unsafe text.last, isBlank(last) { unsafe text = text.dropLast() }
        while let first = unsafe text.first, isBlank(first) { unsafe text = text.dropFirst() }
        return unsafe text
    }
}

extension StringProtocol {
    /// Without blanks and tabs at its ends.
    fileprivate var trimmingBlanks: SubSequence {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else {
            return start.prefix(0)
        }
        return start[...last]
    }
}
