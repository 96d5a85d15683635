import Crypto
import Values

/// What a hold's token says: enough to be paid without Redis.
package struct SealedHold: Hashable, Sendable {
    package var performance: PerformanceID
    package var user: UserID
    /// Ascending, each once.
    package var seats: [Int]
    package var amount: Int64
    /// Milliseconds since 1970, by Redis's clock; from this instant on the hold is over.
    package var expiresMs: Int64
    /// The generation of the seats that it was made in.
    var generation: Int64
    /// `nonceCount` random bytes: two holds of the same seats are two.
    var nonce: [UInt8]

    static let nonceCount = 12

    /// The hold's name in Redis.
    package var id: String { Base64URL.encodeString(nonce) }
}
