import Crypto
import Onsale
public import Values

/// What a hold's token says: enough to be paid without Redis.
public struct SealedHold: Hashable, Sendable {
    public var performance: PerformanceID
    public var user: UserID
    /// Ascending, each once.
    public var seats: [Int]
    public var amount: Int64
    /// Milliseconds since 1970, by Redis's clock; from this instant on the hold is over.
    public var expiresMs: Int64
    /// The generation of the seats that it was made in.
    public var generation: Int64
    /// `nonceCount` random bytes: two holds of the same seats are two.
    public var nonce: [UInt8]

    public static let nonceCount = 12

    public init(
        performance: PerformanceID,
        user: UserID,
        seats: [Int],
        amount: Int64,
        expiresMs: Int64,
        generation: Int64,
        nonce: [UInt8]
    ) {
        self.performance = performance
        self.user = user
        self.seats = seats
        self.amount = amount
        self.expiresMs = expiresMs
        self.generation = generation
        self.nonce = nonce
    }

    /// The hold's name in Redis.
    public var id: String { Base64URL.encodeString(nonce) }
}
