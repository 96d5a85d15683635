/// Why a token is not believed. Worded for the log and the `detail` of a 401: none of it helps to
/// forge one.
public enum JWTError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong
    case malformed(String)
    /// The token wants another algorithm than the key has, or one that is unknown here (`none`).
    case wrongAlgorithm
    case unknownKey
    case badSignature
    case expired
    case notYetValid
    case missingSubject
    case wrongIssuer
    case wrongAudience

    public var description: String {
        switch self {
        case .tooLong: "the token is longer than \(JWTVerifier.tokenBytesMax) bytes"
        case .malformed(let what): "the token's \(what) cannot be read"
        case .wrongAlgorithm: "the token is signed with another algorithm than the key's"
        case .unknownKey: "the token names a key that is not known"
        case .badSignature: "the token's signature is wrong"
        case .expired: "the token has expired"
        case .notYetValid: "the token is not valid yet"
        case .missingSubject: "the token has no sub"
        case .wrongIssuer: "the token is from another issuer"
        case .wrongAudience: "the token is for another audience"
        }
    }
}

/// Why a key file cannot check tokens; stops the start.
public struct JWTKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    public let reason: String

    public init(reason: String) { self.reason = reason }

    public var description: String { reason }
}
