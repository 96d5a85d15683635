import CHTTPShims

/// An address of IPv6, or of IPv4 as it is mapped into IPv6 (::ffff:a.b.c.d): a client is the same
/// through a socket of either kind.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// Digits, no name. Nil for anything else.
    public init?(_ text: String) {
        var text = text
        guard let (address, _) = text.withUTF8({ unsafe Self.read(UnsafeRawBufferPointer($0)) })
        else { return nil }
        self = address
    }

    init(_ address: cshim_address) { self.init(high: address.high, low: address.low) }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// All that one customer of a provider has: an IPv4 address, or an IPv6 /64.
    public var site: NetworkAddress { isIPv4 ? self : NetworkAddress(high: high, low: 0) }

    public var description: String {
        // INET6_ADDRSTRLEN is 46.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 46) { text in
            let address = cshim_address(high: high, low: low)
            let count = unsafe cshim_address_write(address, text.baseAddress, text.count)
            let bytes = unsafe UnsafeRawBufferPointer(text).prefix(count)
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The address, and whether it was written as one of IPv4.
    static func read(_ text: UnsafeRawBufferPointer) -> (NetworkAddress, isFour: Bool)? {
        var address = cshim_address()
        let start = unsafe text.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard let start = unsafe start else { return nil }
        let kind = unsafe cshim_address_read(start, text.count, &address)
        return kind == 0 ? nil : (NetworkAddress(address), kind == 4)
    }

    /// As proxies write it into `X-Forwarded-For`: perhaps with a port, as `203.0.113.7:4711` and
    /// `[2001:db8::9]:443`, or in brackets alone.
    static func read(forwarded text: UnsafeRawBufferPointer) -> NetworkAddress? {
        if let (address, _) = unsafe read(text) { return address }
        if unsafe text.first == UInt8(ascii: "[") {
            let end = unsafe text.firstIndex(of: UInt8(ascii: "]")) ?? 0
            guard end > 1, unsafe isPort(text[(end + 1)...], orNothing: true) else { return nil }
            let inside = unsafe read(UnsafeRawBufferPointer(rebasing: text[1..<end]))
            return inside?.isFour == false ? inside?.0 : nil
        }
        let colon = unsafe text.firstIndex(of: UInt8(ascii: ":"))
        guard let colon, unsafe isPort(text[colon...], orNothing: false),
            let (address, isFour) = unsafe read(.init(rebasing: text[..<colon])), isFour
        else { return nil }
        return address
    }

    /// `:443`
    private static func isPort(_ text: Slice<UnsafeRawBufferPointer>, orNothing: Bool) -> Bool {
        let digits = unsafe text.dropFirst()
        return unsafe text.isEmpty
            ? orNothing
            : text.first == UInt8(ascii: ":") && (1...5).contains(digits.count)
                && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

/// Networks, as `10.0.0.0/8` or single addresses.
public struct NetworkRanges: Sendable, Equatable {
    private struct Range: Equatable {
        let start: NetworkAddress
        let high: UInt64
        let low: UInt64
        /// Of 128, alike in all addresses.
        let bits: Int

        /// `bits` of 128.
        init(_ address: NetworkAddress, bits: Int) {
            self.bits = bits
            high = Self.mask(bits)
            low = Self.mask(bits - 64)
            start = NetworkAddress(high: address.high & high, low: address.low & low)
        }

        func contains(_ address: NetworkAddress) -> Bool {
            address.high & high == start.high && address.low & low == start.low
        }

        /// Its two halves; not of a single address.
        var halves: [Range] {
            let (high, low): (UInt64, UInt64) =
                bits < 64 ? (1 << UInt64(63 - bits), 0) : (0, 1 << UInt64(127 - bits))
            let middle = NetworkAddress(high: start.high | high, low: start.low | low)
            return [Range(start, bits: bits + 1), Range(middle, bits: bits + 1)]
        }

        private static func mask(_ bits: Int) -> UInt64 {
            bits <= 0 ? 0 : bits >= 64 ? .max : .max << UInt64(64 - bits)
        }
    }

    /// Each new connection is held against all of them.
    public static let countMax = 64
    /// What runs on this machine.
    public static let loopback: NetworkRanges = {
        guard let known = NetworkRanges("127.0.0.0/8,::1/128") else {
            preconditionFailure("loopback has a name")
        }
        return known
    }()

    private var ranges: [Range] = []

    /// With commas between them. Nil if one is none, or there are more than `countMax`.
    public init?(_ text: String) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            var digits = String(halves[0])
            let read = digits.withUTF8 { unsafe NetworkAddress.read(UnsafeRawBufferPointer($0)) }
            guard let (address, isFour) = read, ranges.count < Self.countMax else { return nil }
            var bits = 128
            if halves.count == 2 {
                let most = isFour ? 32 : 128
                guard let given = Int(halves[1]), (0...most).contains(given) else { return nil }
                bits = given + 128 - most
            }
            ranges.append(Range(address, bits: bits))
        }
    }

    public func contains(_ address: NetworkAddress) -> Bool {
        for range in ranges where range.contains(address) { return true }
        return false
    }

    /// Of which kinds they have every address that a stranger can come from: `IPv4`, `IPv6`. Of
    /// IPv6 that is 2000::/3, all that is given out.
    public var wholeKinds: [String] {
        let four = Range(NetworkAddress(high: 0, low: 0xFFFF << 32), bits: 96)
        let six = Range(NetworkAddress(high: 0x2000 << 48, low: 0), bits: 3)
        return (covers(four) ? ["IPv4"] : []) + (covers(six) ? ["IPv6"] : [])
    }

    private func covers(_ wanted: Range) -> Bool {
        if ranges.contains(where: { $0.bits <= wanted.bits && $0.contains(wanted.start) }) {
            return true
        }
        // Without one that lies inside there is nothing to put together.
        guard ranges.contains(where: { $0.bits > wanted.bits && wanted.contains($0.start) })
        else { return false }
        return wanted.halves.allSatisfy(covers)
    }

    public static func + (left: NetworkRanges, right: NetworkRanges) -> NetworkRanges {
        var sum = left
        sum.ranges += right.ranges
        return sum
    }
}
