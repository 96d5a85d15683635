import Crypto
import Values

/// Turns tickets into opaque tokens and back.
///
/// A token is base64url of: version (1 byte), generation (4), sequence (8), end of session in ms or
/// 0 (8), big-endian; the user's name; and HMAC-SHA-256 (32) over the label, the room's name, a
/// zero byte and all of that. The room is bound by the authentication and takes no room in the
/// token.
///
/// A token is opened in one array, behind what its code is made of.
final class TicketSeal: Sendable {
    private let authenticator: MessageAuthenticator

    private static let version: UInt8 = 1
    private static let fixedCount = 1 + 4 + 8 + 8
    private static let codeCount = 32
    /// Longest token: 21 + 128 + 32 bytes in base64url.
    private static let tokenMax = 248

    init(key: [UInt8]) { authenticator = MessageAuthenticator(key: key) }

    func seal(_ ticket: Ticket) -> String {
        var message = Message(room: ticket.room)
        let start = message.count
        message.append(Self.version)
        message.append(bigEndian: ticket.generation, bytes: 4)
        message.append(bigEndian: ticket.sequence, bytes: 8)
        message.append(bigEndian: ticket.sessionExpiresMs ?? 0, bytes: 8)
        message.append(ticket.user.raw.utf8.span)
        let code = authenticator.authenticate(message.read(0..<message.count))
        message.append(code.span)
        return Base64URL.encodeString(message.read(start..<message.count))
    }

    /// The ticket in `token` if it was sealed here for `room`; nil for everything else.
    func open(_ token: String, room: RoomID) -> Ticket? {
        let text = token.utf8.span
        var message = Message(room: room)
        let start = message.count
        guard text.count <= Self.tokenMax, let count = message.append(decoding: text),
            count > Self.fixedCount + Self.codeCount, message.bytes[start] == Self.version
        else { return nil }
        let end = message.count - Self.codeCount
        let expected = authenticator.authenticate(message.read(0..<end))
        let given = message.read(end..<message.count)
        guard MessageAuthenticator.isEqualInConstantTime(given, expected.span),
            let user = UserID(utf8: message.read(start + Self.fixedCount..<end))
        else { return nil }
        let expires = message.number(start + 13, bytes: 8)
        return Ticket(
            room: room,
            user: user,
            generation: message.number(start + 1, bytes: 4),
            sequence: message.number(start + 5, bytes: 8),
            sessionExpiresMs: expires == 0 ? nil : expires
        )
    }
}

/// What is authenticated, and behind it a token's code.
private struct Message {
    private(set) var bytes = [UInt8](repeating: 0, count: Self.most)
    private(set) var count = 0

    /// Label and zero byte, room and zero byte, the longest token.
    private static let most = 14 + 129 + 186

    init(room: RoomID) {
        for byte in "onsale-ticket\0".utf8 { append(byte) }
        append(room.raw.utf8.span)
        append(0)
    }

    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    mutating func append(_ text: Span<UInt8>) {
        for index in text.indices { bytes[count + index] = text[index] }
        count += text.count
    }

    mutating func append(bigEndian value: Int64, bytes count: Int) {
        for place in stride(from: count - 1, through: 0, by: -1) {
            append(UInt8(truncatingIfNeeded: value >> Int64(8 * place)))
        }
    }

    /// How many bytes `text` spells; nil if it is no canonical base64url.
    mutating func append(decoding text: Span<UInt8>) -> Int? {
        let start = count
        var whole = bytes.mutableSpan
        guard let added = Base64URL.decode(text, into: &whole, at: start) else { return nil }
        count += added
        return added
    }

    func number(_ start: Int, bytes count: Int) -> Int64 {
        var number: UInt64 = 0
        for index in start..<start + count { number = number << 8 | UInt64(bytes[index]) }
        return Int64(truncatingIfNeeded: number)
    }

    @_lifetime(borrow self)
    func read(_ range: Range<Int>) -> Span<UInt8> { bytes.span.extracting(range) }
}
