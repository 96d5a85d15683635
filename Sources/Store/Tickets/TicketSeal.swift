import Crypto
import Onsale

/// Turns tickets into opaque tokens and back.
///
/// A token is base64url of: version (1 byte), generation (4), sequence (8), end of session in ms or
/// 0 (8), big-endian; the user's name; and HMAC-SHA-256 (32) over the label, the room's name, a
/// zero byte and all of that. The room is bound by the authentication and takes no room in the
/// token.
final class TicketSeal {
    private let authenticator: MessageAuthenticator
    private var message: [UInt8] = []

    private static let version: UInt8 = 1
    private static let fixedCount = 1 + 4 + 8 + 8
    private static let codeCount = 32
    /// Longest token: 21 + 128 + 32 bytes in base64url.
    private static let tokenMax = 248
    private static let label = Array("onsale-ticket\0".utf8)

    init(key: [UInt8]) {
        authenticator = MessageAuthenticator(key: key)
        message.reserveCapacity(512)
    }

    func seal(_ ticket: Ticket) -> String {
        var body: [UInt8] = []
        body.reserveCapacity(Self.fixedCount + 20 + Self.codeCount)
        body.append(Self.version)
        body.append(bigEndian: UInt64(ticket.generation), bytes: 4)
        body.append(bigEndian: UInt64(ticket.sequence), bytes: 8)
        body.append(bigEndian: UInt64(ticket.sessionExpiresMs ?? 0), bytes: 8)
        body.append(contentsOf: ticket.user.raw.utf8)
        let code = code(room: ticket.room, body: body.span)
        for index in code.indices { body.append(code[index]) }
        return Base64URL.encodeString(body)
    }

    /// The ticket in `token` if it was sealed here for `room`; nil for everything else.
    func open(_ token: String, room: RoomID) -> Ticket? {
        guard token.utf8.count <= Self.tokenMax, let bytes = Base64URL.decode(token),
            bytes.count > Self.fixedCount + Self.codeCount, bytes[0] == Self.version
        else { return nil }
        let bodyCount = bytes.count - Self.codeCount
        let expected = code(room: room, body: bytes.span.extracting(0..<bodyCount))
        let given = bytes.span.extracting(bodyCount..<bytes.count)
        guard MessageAuthenticator.isEqualInConstantTime(given, expected.span) else { return nil }
        let body = bytes[..<bodyCount]
        let name = String(decoding: body[Self.fixedCount...], as: UTF8.self)
        guard let user = UserID(name) else { return nil }
        let expires = Int64(body[13..<21].bigEndian)
        return Ticket(
            room: room,
            user: user,
            generation: Int64(body[1..<5].bigEndian),
            sequence: Int64(body[5..<13].bigEndian),
            sessionExpiresMs: expires == 0 ? nil : expires
        )
    }

    private func code(room: RoomID, body: Span<UInt8>) -> MessageAuthenticator.Code {
        message.removeAll(keepingCapacity: true)
        message += Self.label
        message.append(contentsOf: room.raw.utf8)
        message.append(0)
        for index in body.indices { message.append(body[index]) }
        return authenticator.authenticate(message)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: UInt64, bytes: Int) {
        for shift in stride(from: (bytes - 1) * 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var bigEndian: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}
