import Crypto
import EventLoop
import Values

/// The secrets that make tickets and passes; all processes behind one name must share them.
struct TicketCredentials: Sendable {
    /// HMAC key of the tickets, 32 bytes.
    let ticketKey: [UInt8]
    let passKey: SigningKey
    /// The `iss` of passes.
    let issuer: String
}

/// Signs passes. A session's pass is always the same text (Ed25519 is deterministic), so the ones
/// given out lately are kept: a signature costs many times a ticket's authentication.
final class PassDesk {
    private struct Session: Hashable {
        let room: RoomID
        let user: UserID
        let expiresAtSeconds: Int64
    }

    /// Passes remembered: 8,192 x ~400 B is 3 MB a loop.
    private static let keptMax = 8_192

    private let credentials: TicketCredentials
    private var kept = Bounded<Session, String>(keptMax)

    init(credentials: TicketCredentials) { self.credentials = credentials }

    /// The pass of a session that ends at `untilMs`. `exp` is whole seconds, rounded down: a pass
    /// never outlives its session.
    func pass(_ user: UserID, in room: RoomID, untilMs: Int64) -> String {
        let session = Session(room: room, user: user, expiresAtSeconds: untilMs / 1000)
        return kept.value(session) {
            Pass.sign(
                issuer: credentials.issuer,
                audience: room.raw,
                subject: user.raw,
                expiresAtSeconds: session.expiresAtSeconds,
                key: credentials.passKey
            )
        }
    }
}
