import TestGate
import Testing

@testable import HTTP

/// What is a header of the PROXY protocol, byte for byte.
@Suite(.alone) struct ProxyHeaderReadTests {
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8)
    static let ends: [UInt8] = [203, 0, 113, 7, 10, 0, 0, 1, 0x12, 0x34, 0, 80]

    /// Version 2.
    static func binary(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 255)] + rest
    }

    private func read(_ bytes: [UInt8]) -> ProxyHeader {
        bytes.withUnsafeBytes { unsafe ProxyHeader.read($0) }
    }

    @Test(arguments: [
        ("PROXY TCP4 203.0.113.7 10.0.0.1 4660 80\r\n", "203.0.113.7"),
        ("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255"),
        ("PROXY TCP6 2001:db8::7 2001:db8::1 0 443\r\n", "2001:db8::7"),
        ("PROXY TCP6 ::ffff:203.0.113.7 ::1 1 1\r\n", "203.0.113.7"),
    ])
    func aLineNamesTheClient(line: String, client: String) throws {
        let address = try #require(NetworkAddress(client))
        let bytes = Array(line.utf8)
        let header = ProxyHeader.header(.address(address), bytes: bytes.count)
        #expect(read(bytes) == header)
        #expect(read(bytes + Array("GET / HTTP/1.1\r\n".utf8)) == header)
        for count in 1..<bytes.count { #expect(read(Array(bytes[..<count])) == .incomplete) }
    }

    @Test func aLineMayNotKnow() {
        let longest = "PROXY UNKNOWN " + String(repeating: "f", count: 91) + "\r\n"
        for line in ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN a b c\r\n", longest] {
            let count = line.utf8.count
            #expect(read(Array(line.utf8) + [65]) == .header(.unknown, bytes: count))
        }
        #expect(longest.utf8.count == 107)
    }

    @Test(arguments: [
        "PROXY \r\n", "PROXY TCP4\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 1\r\n",
        "PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n",
        "PROXY TCP4 1.2.3.04 1.2.3.4 1 1\r\n", "PROXY TCP4 1.2.3 1.2.3.4 1 1\r\n",
        "PROXY TCP4 ::1 ::1 1 1\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n",
        "PROXY TCP4 1.2.3.4 ::1 1 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 65536 1\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 +1 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\0\r\n", "PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n",
        "PROXY TCP4 t.example 1.2.3.4 1 1\r\n", "PROXY unknown\r\n", "PROXY / HTTP/1.1\r\n",
        "PROXY TCP4 1.2.3.4\0junk 1.2.3.4 1 1\r\n", "PROXY TCP4 1.2.3.4\0 1.2.3.4 1 1\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4\0junk 1 1\r\n", "PROXY TCP6 ::1\0junk ::2 1 1\r\n",
        "PROXY TCP6 ::1 ::2\0 1 1\r\n", "PROXY TCP4 \01.2.3.4 1.2.3.4 1 1\r\n",
        "PROXY UNKNOWN " + String(repeating: "f", count: 92) + "\r\n",
        "PROXY " + String(repeating: "a", count: 101), "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\ra",
    ])
    func anotherLineIsMalformed(line: String) { #expect(read(Array(line.utf8)) == .malformed) }

    @Test(arguments: [
        "G", "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "PROPFIND /", "PROXYX", "proxy TCP4",
        "PROXY\tTCP4",
        "\r\nGET / HTTP/1.1\r\n", "\r\n\r\nG", "\n", "\0", "X",
    ])
    func theRestIsHTTP(text: String) {
        #expect(read(Array(text.utf8)) == ProxyHeader.none, "\(text)")
    }

    @Test(arguments: [
        (UInt8(0x21), UInt8(0x11), ends, "203.0.113.7"),
        (0x21, 0x11, ends + [1, 0, 2, 104, 50, 4, 0, 1, 0], "203.0.113.7"),
        (0x21, 0x11, ends + [4, 1, 249] + [UInt8](repeating: 0, count: 505), "203.0.113.7"),
        (
            0x21, 0x21,
            [0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]
                + [UInt8](repeating: 0, count: 20), "2001:db8::7"
        ),
        (0x20, 0, [], "proxy"), (0x20, 0x11, ends, "proxy"), (0x20, 0xFF, [1, 2, 3], "proxy"),
        (0x21, 0, [], "unknown"), (0x21, 0, [1, 2, 3], "unknown"), (0x21, 0x12, ends, "unknown"),
        (0x21, 0x31, [UInt8](repeating: 47, count: 216), "unknown"), (0x21, 0x10, [], "unknown"),
    ])
    func aBinaryHeaderIsRead(command: UInt8, family: UInt8, rest: [UInt8], source: String) throws {
        let bytes = Self.binary(command, family, rest)
        let expected: ProxyHeader.Source =
            switch source {
            case "proxy": .proxy
            case "unknown": .unknown
            default: .address(try #require(NetworkAddress(source)))
            }
        #expect(read(bytes) == .header(expected, bytes: bytes.count))
        #expect(read(bytes + [71]) == .header(expected, bytes: bytes.count))
        for count in 1..<bytes.count { #expect(read(Array(bytes[..<count])) == .incomplete) }
    }

    @Test(arguments: [
        (UInt8(0x11), UInt8(0x11), ends), (0x31, 0x11, ends), (0x22, 0x11, ends),
        (0x2F, 0x11, ends), (0x01, 0x11, ends), (0x21, 0x41, ends), (0x21, 0x13, ends),
        (0x21, 0x11, Array(ends.dropLast())), (0x21, 0x11, []), (0x21, 0x21, ends),
        (0x21, 0x31, ends), (0x21, 0x11, ends + [UInt8](repeating: 0, count: 509)),
        (0x20, 0, [UInt8](repeating: 0, count: 521)),
    ])
    func anotherBinaryHeaderIsMalformed(command: UInt8, family: UInt8, rest: [UInt8]) {
        #expect(read(Self.binary(command, family, rest)) == .malformed)
        // Known from the fixed part.
        #expect(read(Array(Self.binary(command, family, rest).prefix(16))) == .malformed)
    }

    private static let overruns: [[UInt8]] = [
        [4], [4, 0], [4, 0, 1], [4, 0, 5, 1, 2, 3, 4], [4, 0, 0, 1], [4, 0, 1, 9, 4, 255, 255, 0],
    ]

    /// What says more has a kind, a length, and as many bytes.
    @Test(arguments: overruns)
    func whatRunsOverTheEndIsMalformed(more: [UInt8]) {
        for transport: UInt8 in [1, 2] {
            #expect(read(Self.binary(0x21, 0x10 + transport, Self.ends + more)) == .malformed)
            let ends = [UInt8](repeating: 1, count: 36)
            #expect(read(Self.binary(0x21, 0x20 + transport, ends + more)) == .malformed)
        }
    }
}
