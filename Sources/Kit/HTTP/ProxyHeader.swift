import CHTTPShims

/// What stands before the first request of a connection that a proxy hands on byte for byte, and
/// says whose it is: the PROXY protocol, versions 1 (a line of text) and 2 (binary), see
/// https://github.com/haproxy/haproxy/blob/master/doc/proxy-protocol.txt.
///
/// No request of HTTP begins like one: "PROXY" is no method, and no empty lines lead to "QUIT".
enum ProxyHeader: Equatable {
    enum Source: Equatable {
        case address(NetworkAddress)
        /// The proxy speaks for itself, as to see whether we are well.
        case proxy
        /// A client whose address the proxy does not know, or none of the Internet.
        case unknown
    }

    case header(Source, bytes: Int)
    /// The bytes are the client's.
    case none
    /// They begin like one.
    case incomplete
    case malformed

    /// "PROXY UNKNOWN", two IPv6 addresses, two ports: the longest line, with its end.
    private static let lineMax = 107
    /// Of version 2: what fits into the smallest packet that every host takes, as the protocol
    /// wants. 16 bytes are fixed, addresses of the Internet take up to 36, the rest says more.
    static let bytesMax = 536

    private static let text = Array("PROXY ".utf8)
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8)
    private static let fixedBytes = 16

    /// `bytes`: what has come so far, from the first byte of the connection on.
    static func read(_ bytes: UnsafeRawBufferPointer) -> ProxyHeader {
        if unsafe begins(bytes, signature) {
            return bytes.count < fixedBytes ? .incomplete : unsafe readBinary(bytes)
        }
        if unsafe begins(bytes, text) {
            return bytes.count < text.count ? .incomplete : unsafe readLine(bytes)
        }
        return .none
    }

    /// As far as they have come.
    private static func begins(_ bytes: UnsafeRawBufferPointer, _ mark: [UInt8]) -> Bool {
        unsafe bytes.prefix(mark.count).elementsEqual(mark.prefix(bytes.count))
    }

    // MARK: Version 1

    private static func readLine(_ bytes: UnsafeRawBufferPointer) -> ProxyHeader {
        let line = unsafe bytes.prefix(lineMax)
        guard let end = unsafe line.firstIndex(where: { $0 == 13 || $0 == 10 }) else {
            return bytes.count < lineMax ? .incomplete : .malformed
        }
        guard unsafe line[end] == 13, end + 1 < lineMax else { return .malformed }
        guard end + 1 < bytes.count else { return .incomplete }
        guard unsafe line[end + 1] == 10 else { return .malformed }
        let words = unsafe line[text.count..<end].split(
            separator: UInt8(ascii: " "),
            omittingEmptySubsequences: false
        )
        guard let source = unsafe source(words) else { return .malformed }
        return .header(source, bytes: end + 2)
    }

    /// Family, addresses and ports of both ends. Behind "UNKNOWN" anything may stand.
    private static func source(_ words: [Slice<UnsafeRawBufferPointer>]) -> Source? {
        let family = unsafe words.first.map { unsafe String(decoding: $0, as: UTF8.self) }
        if family == "UNKNOWN" { return .unknown }
        guard unsafe words.count == 5, family == "TCP4" || family == "TCP6" else { return nil }
        let ends = unsafe words[1...2].compactMap {
            unsafe NetworkAddress.read(UnsafeRawBufferPointer(rebasing: $0))
        }
        guard ends.count == 2, ends.allSatisfy({ $0.isFour == (family == "TCP4") }),
            unsafe words[3...4].allSatisfy({ unsafe isPort($0) })
        else { return nil }
        return .address(ends[0].0)
    }

    private static func isPort(_ word: Slice<UnsafeRawBufferPointer>) -> Bool {
        let digits = unsafe String(decoding: word, as: UTF8.self)
        // As it is written again: no sign, no zero in front.
        return UInt16(digits).map { "\($0)" == digits } ?? false
    }

    // MARK: Version 2

    private static func readBinary(_ bytes: UnsafeRawBufferPointer) -> ProxyHeader {
        let (version, command) = unsafe (bytes[12] >> 4, bytes[12] & 15)
        let (family, transport) = unsafe (bytes[13] >> 4, bytes[13] & 15)
        let count = unsafe fixedBytes + Int(bytes[14]) << 8 + Int(bytes[15])
        guard version == 2, command <= 1, count <= bytesMax else { return .malformed }
        // "LOCAL": what else the header says does not count.
        if command == 0 { return bytes.count < count ? .incomplete : .header(.proxy, bytes: count) }
        guard family <= 3, transport <= 2 else { return .malformed }
        // Both ends' addresses; of TCP and UDP the ports too.
        let addressBytes = [0, 4, 16, 108][Int(family)]
        let isInternet = transport != 0 && (family == 1 || family == 2)
        let ends = fixedBytes + 2 * addressBytes + (isInternet ? 4 : 0)
        guard transport == 0 || count >= ends else { return .malformed }
        guard bytes.count >= count else { return .incomplete }
        guard unsafe transport == 0 || isDivided(bytes[ends..<count]) else { return .malformed }
        // A datagram's sender says nothing of this connection.
        guard isInternet, transport == 1 else { return .header(.unknown, bytes: count) }
        let start = unsafe UnsafeRawBufferPointer(rebasing: bytes[fixedBytes...]).baseAddress
        guard let start = unsafe start else { return .malformed }
        let address = unsafe cshim_address_from(start, addressBytes)
        return .header(.address(NetworkAddress(address)), bytes: count)
    }

    /// Is what stands behind the addresses a kind, a length and as many bytes, to the last? What
    /// it says is not looked at.
    private static func isDivided(_ more: Slice<UnsafeRawBufferPointer>) -> Bool {
        var rest = unsafe more
        while unsafe rest.count >= 3 {
            let start = unsafe rest.startIndex
            let count = unsafe 3 + Int(rest[start + 1]) << 8 + Int(rest[start + 2])
            guard unsafe rest.count >= count else { return false }
            unsafe rest = rest.dropFirst(count)
        }
        return unsafe rest.isEmpty
    }
}
