import Crypto
import Values

/// Tickets that were opened lately: the shop behind a room asks for a visitor's admission with
/// every request of theirs.
///
/// A place each, found by letters of the token's code, which nobody can choose; whoever comes later
/// has the place.
struct OpenedTickets {
    private struct Opened {
        let token: String
        let ticket: Ticket
    }

    private static let placesBits = 12
    /// 4,096 x ~250 B are 1 MB a loop.
    private var places = [Opened?](repeating: nil, count: 1 << placesBits)

    /// What `token` says; nil: it was not opened, or not lately. In a time that does not tell how
    /// much of a token is right.
    func ticket(_ token: String, room: RoomID) -> Ticket? {
        guard let place = Self.place(of: token), let opened = places[place],
            MessageAuthenticator.isEqualInConstantTime(token.utf8.span, opened.token.utf8.span),
            opened.ticket.room == room
        else { return nil }
        return opened.ticket
    }

    mutating func keep(_ token: String, _ ticket: Ticket) {
        guard let place = Self.place(of: token) else { return }
        places[place] = Opened(token: token, ticket: ticket)
    }

    /// By six letters before the last, which has fewer than six bits; nil: it is no token.
    private static func place(of token: String) -> Int? {
        let text = token.utf8.span
        guard text.count > 8 else { return nil }
        var number: UInt64 = 0
        for index in text.count - 7..<text.count - 1 {
            number = number << 8 | UInt64(text[index])
        }
        // The highest bits of a product depend on all of them ("Fibonacci hashing").
        let product = number &* 0x9E37_79B9_7F4A_7C15
        return Int(product >> UInt64(64 - placesBits))
    }
}
