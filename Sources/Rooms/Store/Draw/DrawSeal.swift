import Crypto
import Values

/// Makes leaves of entrants. Their nonces come from the ticket key, so that every process, also
/// after a crash, makes the same leaf of the same place in line, and nobody else can.
///
/// Not `Sendable`, as its authenticator is not: one per task.
struct DrawSeal {
    private let authenticator: MessageAuthenticator
    let rules = SeededDraw()

    private static let label = Array("onsale-draw\0".utf8)

    init(key: [UInt8]) { authenticator = MessageAuthenticator(key: key) }

    func nonce(_ user: String, _ arrival: Int64, in room: RoomID) -> [UInt8] {
        var message = Self.label
        message.append(contentsOf: room.raw.utf8)
        message.append(0)
        message.append(contentsOf: user.utf8)
        message.append(0)
        message.append(bigEndian: UInt64(bitPattern: arrival))
        let code = authenticator.authenticate(message)
        return (0..<SeededDraw.nonceByteCount).map { code[$0] }
    }

    func leaf(_ entrant: Entrant, in room: RoomID) -> Digest {
        rules.leaf(
            room: room.raw,
            user: entrant.user,
            sequence: entrant.arrival,
            nonce: nonce(entrant.user, entrant.arrival, in: room)
        )
    }

    /// The page `number` of the list, of entrants in the order of their arrival.
    func page(_ number: Int64, of entrants: [Entrant], in room: RoomID) -> DrawPage {
        let leaves = entrants.map { leaf($0, in: room) }
        return DrawPage(
            number: number,
            arrivals: entrants.map(\.arrival),
            leaves: leaves,
            hash: rules.tree.root(leaves)
        )
    }
}

/// Threads beside the loops, for what would hold a loop up: a page of a draw is some thousand
/// hashes, the places of a line are a million.
enum BesideLoops {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await Task(executorPreference: globalConcurrentExecutor) { body() }.value
    }
}
