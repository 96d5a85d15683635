import HTTP

/// What caches may do with an answer.
package enum CacheControl {
    /// Of one caller, or true for this moment alone.
    package static let noStore = [HTTPHeader("Cache-Control", "no-store")]
    /// May be kept, but not shown again without asking: what is available changes with every sale.
    package static let noCache = [HTTPHeader("Cache-Control", "no-cache")]
}
