import Crypto
import Values

/// Names for people without accounts, and tokens that prove them.
///
/// A token is base64url of: version (1 byte), 16 random bytes, and HMAC-SHA-256 (32) over a label
/// and those bytes. The name is the random bytes in base64url: nobody can guess or forge one.
struct VisitorSeal: Sendable {
    private let authenticator: MessageAuthenticator

    private static let version: UInt8 = 1
    private static let randomCount = 16
    private static let codeCount = 32
    private static let tokenCount = Base64URL.encodedCount(of: 1 + randomCount + codeCount)
    private static let label = Array("onsale-visitor\0".utf8)

    init(key: [UInt8]) { authenticator = MessageAuthenticator(key: key) }

    func make() -> (user: UserID, token: String)? {
        let name = [Self.version] + SecureRandom.bytes(Self.randomCount)
        guard let user = Self.user(name) else { return nil }
        return (user, Base64URL.encodeString(name + code(of: name)))
    }

    /// Nil for what was not made here.
    func open(_ token: String) -> UserID? {
        guard token.utf8.count == Self.tokenCount, let bytes = Base64URL.decode(token),
            bytes.first == Self.version
        else { return nil }
        let name = Array(bytes.prefix(1 + Self.randomCount))
        let given = Array(bytes.dropFirst(name.count))
        guard MessageAuthenticator.isEqualInConstantTime(given, code(of: name)) else { return nil }
        return Self.user(name)
    }

    private func code(of name: [UInt8]) -> [UInt8] {
        let code = authenticator.authenticate(Self.label + name)
        return code.indices.map { code[$0] }
    }

    private static func user(_ name: [UInt8]) -> UserID? {
        UserID("v-" + Base64URL.encodeString(Array(name.dropFirst())))
    }
}
