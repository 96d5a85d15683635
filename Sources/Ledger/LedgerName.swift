import Crypto

/// Names of rows that the ledger looks up by them: payments, charges.
///
/// 6 bytes of the time in ms, then 10 random ones, so no two are the same. The time stands in front
/// so that rows made together have names, and stand in the indexes, together: with random names
/// every payment touches a page of its own in each index, and writes it.
package enum LedgerName {
    package static func make(_ prefix: String, atMs: Int64) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(timeBytes + randomBytes)
        for place in (0..<timeBytes).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: atMs >> Int64(8 * place)))
        }
        bytes += SecureRandom.bytes(randomBytes)
        return prefix + Base64URL.encodeString(bytes)
    }

    /// 48 bits of ms last until the year 10889.
    private static let timeBytes = 6
    private static let randomBytes = 10
}
