/// A Lua script that is called by the digest of its text.
public struct RedisScript: Sendable {
    /// For messages and metrics.
    public let name: String
    public let body: [UInt8]
    /// How many keys every call passes.
    public let keyCount: Int
    /// A call may pass more.
    public let takesMoreKeys: Bool
    /// SHA-1 of the body as 40 hex digits, the name under which Redis keeps it.
    let digest: [UInt8]

    public init(name: String, body: [UInt8], keyCount: Int, takesMoreKeys: Bool = false) {
        self.name = name
        self.body = body
        self.keyCount = keyCount
        self.takesMoreKeys = takesMoreKeys
        digest = SHA1.hexDigest(of: body)
    }
}
