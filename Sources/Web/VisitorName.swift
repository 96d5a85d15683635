import Crypto

/// A name for a visitor whom nobody knows: 128 random bits, so that it cannot be guessed.
enum VisitorName {
    static func random() -> String { Base64URL.encodeString(SecureRandom.bytes(16)) }
}
