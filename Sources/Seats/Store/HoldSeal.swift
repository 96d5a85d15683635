import Crypto
import Values

/// Turns holds into opaque tokens and back.
///
/// A token is base64url of: version (1 byte), generation (8), end in ms (8), amount (8), all
/// big-endian; nonce (12); number of seats (1), each seat's distance to the one before in groups of
/// seven bits, least first; length of the performance's name (1) and the name; the user's name; and
/// HMAC-SHA-256 (32) over the label and all of that.
///
/// It stands in a path: 100 seats of 200,000 take 212 bytes (12 distances of three, 88 of two), two
/// names 256, the rest 71: 539 bytes are 719 letters.
final class HoldSeal {
    private let authenticator: MessageAuthenticator

    static let tokenMax = 1024
    private static let version: UInt8 = 1
    private static let fixedCount = 1 + 8 + 8 + 8 + SealedHold.nonceCount
    private static let codeCount = 32
    private static let label = Array("onsale-hold\0".utf8)

    init(key: [UInt8]) { authenticator = MessageAuthenticator(key: key) }

    func seal(_ hold: SealedHold) -> String {
        precondition(hold.nonce.count == SealedHold.nonceCount && hold.seats.count < 256)
        var body: [UInt8] = [Self.version]
        body.reserveCapacity(Self.tokenMax)
        for value in [hold.generation, hold.expiresMs, hold.amount] {
            for shift in stride(from: 56, through: 0, by: -8) {
                body.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
            }
        }
        body += hold.nonce
        body.append(UInt8(hold.seats.count))
        var last = 0
        for seat in hold.seats {
            var rest = UInt64(seat - last)
            while rest > 127 {
                body.append(UInt8(rest & 127) | 128)
                rest >>= 7
            }
            body.append(UInt8(rest))
            last = seat
        }
        body.append(UInt8(hold.performance.raw.utf8.count))
        body += hold.performance.raw.utf8
        body += hold.user.raw.utf8
        let code = authenticator.authenticate(Self.label + body)
        for index in code.indices { body.append(code[index]) }
        return Base64URL.encodeString(body)
    }

    /// The hold in `token` if it was sealed here; nil for everything else.
    func open(_ token: String) -> SealedHold? {
        guard token.utf8.count <= Self.tokenMax, let bytes = Base64URL.decode(token),
            bytes.count > Self.fixedCount + 2 + Self.codeCount, bytes[0] == Self.version
        else { return nil }
        let body = Array(bytes.dropLast(Self.codeCount))
        let expected = authenticator.authenticate(Self.label + body)
        let given = bytes.span.extracting(body.count..<bytes.count)
        guard MessageAuthenticator.isEqualInConstantTime(given, expected.span) else { return nil }
        var rest = body[Self.fixedCount...]
        guard let seats = Self.seats(&rest), let length = rest.popFirst(), rest.count > length,
            let performance = PerformanceID(Self.text(rest.prefix(Int(length)))),
            let user = UserID(Self.text(rest.dropFirst(Int(length))))
        else { return nil }
        func number(_ start: Int) -> Int64 {
            Int64(truncatingIfNeeded: body[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
        return SealedHold(
            performance: performance,
            user: user,
            seats: seats,
            amount: number(17),
            expiresMs: number(9),
            generation: number(1),
            nonce: Array(body[25..<Self.fixedCount])
        )
    }

    private static func seats(_ rest: inout ArraySlice<UInt8>) -> [Int]? {
        guard let count = rest.popFirst() else { return nil }
        var seats: [Int] = []
        var last = 0
        for _ in 0..<count {
            var shift = 0
            while let byte = rest.popFirst() {
                last += Int(byte & 127) << shift
                shift += 7
                if byte < 128 { break }
                // Four groups reach far beyond the last seat there can be.
                guard shift < 28 else { return nil }
            }
            seats.append(last)
        }
        return seats
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
