/// Why a token is refused. Each names the claim that is wrong: for the operator's log, not for the
/// caller.
public enum JWTError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong
    case malformed(String)
    /// The token wants another algorithm than the key has, or one that is unknown here (`none`).
    case wrongAlgorithm
    case unknownKey
    case badSignature
    case expired
    case notYetValid
    case missingExpiry
    /// The claim that names the visitor.
    case missingSubject(String)
    case wrongIssuer
    case wrongAudience

    public var description: String {
        switch self {
        case .tooLong: "the token is longer than \(JWTVerifier.tokenBytesMax) bytes"
        case .malformed(let what): "the token's \(what) cannot be read"
        case .wrongAlgorithm: "the token is signed with another algorithm than the key's"
        case .unknownKey: "the token names a key that is not known"
        case .badSignature: "the token's signature is wrong"
        case .expired: "the token's exp is over"
        case .notYetValid: "the token's nbf is ahead"
        case .missingExpiry: "the token has no exp"
        case .missingSubject(let claim): "the token has no \(claim) that is a string"
        case .wrongIssuer: "the token's iss is another issuer"
        case .wrongAudience: "the token's aud is another audience"
        }
    }
}

/// Why a key file cannot check tokens; stops the start.
public struct JWTKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    public let reason: String

    init(reason: String) { self.reason = reason }

    public var description: String { reason }
}
