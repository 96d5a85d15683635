import Crypto
import HTTP
import Ledger
import Values

/// What must happen once, however often it is sent: `Idempotency-Key`.
extension Attempt {
    /// Throws 400 for a missing or unprintable key.
    package init(_ request: HTTPRequest, by user: UserID) throws(Refusal) {
        guard let key = request.header("Idempotency-Key"), Self.isKey(key) else {
            throw .invalidRequest(
                field: "Idempotency-Key",
                reason: "must be a header of 1 to \(Self.keyBytesMax) printable ASCII characters"
            )
        }
        let fingerprint = Self.fingerprint(request.method.rawValue, request.path, request.body)
        self.init(user: user, key: key, fingerprint: fingerprint)
    }

    package static let keyBytesMax = 255

    /// Whether it can be a key, or a charge's reference.
    package static func isKey(_ key: String) -> Bool {
        (1...keyBytesMax).contains(key.utf8.count)
            && key.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Neither a method nor a path holds a line break, so no two requests spell the same text.
    static func fingerprint(_ method: String, _ path: String, _ body: [UInt8]) -> String {
        Base64URL.encodeString(SHA256.hash(Array("\(method)\n\(path)\n".utf8) + body))
    }
}

extension Handlers {
    /// What was done, or why not: what all attempts have in common.
    package func answered<Done, Refused>(
        _ outcome: AttemptOutcome<Done, Refused>,
        refusal: (Refused) -> Refusal
    ) throws(Refusal) -> Done {
        switch outcome {
        case .done(let done): return done
        case .refused(let refused): throw refusal(refused)
        case .inProgress:
            throw .inProgress("The same Idempotency-Key is being answered right now.")
        case .mismatch: throw .idempotencyMismatch
        }
    }
}
