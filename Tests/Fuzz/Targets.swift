// What cannot be set up ends the fuzzer.
// swift-format-ignore-file: NeverForceUnwrap

import Foundation
import Synchronization
import Values
@testable import Crypto
@testable import JSON
@testable import Rooms
@testable import Seats
@testable import Site

/// What was read is written so that it reads the same.
func fuzzJSON(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let value = try? JSONValue.parse(Array(bytes)) else { return }
    var writer = JSONWriter()
    writer.element(value)
    let again = try? JSONValue.parse(writer.bytes)
    precondition(again != nil, "\(value) cannot be read again")
    for name in value.members?.map(\.name) ?? [] {
        guard let fields = try? JSONObjectReader(value, allowed: [name]) else { continue }
        let number = try? fields.integer(name, in: 1...100)
        precondition(number == nil || (1...100).contains(number!), "\(value)")
        _ = try? fields.string(name, maxBytes: 40)
        _ = try? fields.nullableTime(name)
    }
}

private let secret = [UInt8]("a secret of at least thirty-two bytes".utf8)

/// A payload that is signed as it is, and a token as it came.
func fuzzJWT(_ bytes: UnsafeBufferPointer<UInt8>) {
    struct Verifiers: @unchecked Sendable { let strict, loose: JWTVerifier }
    enum Once {
        static let verifiers = made {
            Verifiers(
                strict: try JWTVerifier(
                    .secret(secret),
                    rules: JWTRules(issuer: "i", audiences: ["a"])
                ),
                loose: try JWTVerifier(.secret(secret))
            )
        }
    }
    let header = Base64URL.encodeString(Array(#"{"alg":"HS256"}"#.utf8))
    let message = header + "." + Base64URL.encodeString(Array(bytes))
    let code = MessageAuthenticator(key: secret).authenticate(Array(message.utf8))
    let signed = message + "." + Base64URL.encodeString(code.indices.map { code[$0] })
    for verifier in [Once.verifiers.strict, Once.verifiers.loose] {
        let subject = try? verifier.verify(signed, nowSeconds: 1_800_000_000)
        _ = subject.flatMap { UserID($0) }
        let stranger = try? verifier.verify(String(decoding: bytes, as: UTF8.self), nowSeconds: 0)
        precondition(stranger == nil, "a token without our signature")
    }
}

/// A file is a key or is refused; what looks like a public key is never a secret.
func fuzzKeyFile(_ bytes: UnsafeBufferPointer<UInt8>) {
    let file = Array(bytes)
    let isPublic = (try? JWTVerifier(.publicKeys(file))) != nil
    let isSecret = (try? JWTVerifier(.secret(file))) != nil
    precondition(!(isPublic && isSecret), "a public key that is taken for a secret")
}

/// Nothing opens but what was sealed.
func fuzzTicket(_ bytes: UnsafeBufferPointer<UInt8>) {
    struct Seals: @unchecked Sendable { let hold: HoldSeal }
    enum Once {
        static let tickets = TicketSeal(key: secret)
        static let seals = Seals(hold: HoldSeal(key: secret))
        static let visitors = VisitorSeal(key: secret)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    precondition(Once.tickets.open(text, room: RoomID("r")!) == nil, "a forged ticket")
    precondition(Once.seals.hold.open(text) == nil, "a forged hold")
    precondition(Once.visitors.open(text) == nil, "a forged name")
    // With a code of ours behind it, of the bytes as they are: versions, counts, lengths.
    var body = Array("onsale-ticket".utf8) + Array("r".utf8) + [0] + Array(bytes)
    let code = MessageAuthenticator(key: secret).authenticate(body)
    body = Array(bytes) + code.indices.map { code[$0] }
    let sealed = Base64URL.encodeString(body)
    _ = Once.tickets.open(sealed, room: RoomID("r")!)
    _ = Once.seals.hold.open(sealed)
    _ = Once.visitors.open(sealed)
}

/// The small languages of headers, queries and forms.
func fuzzText(_ bytes: UnsafeBufferPointer<UInt8>) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let path = ContinuePath(sent: text) {
        let start = Array(path.path.utf8.prefix(2))
        precondition(start.first == UInt8(ascii: "/"), "\(text)")
        precondition(start != Array("//".utf8) && start != Array("/\\".utf8), "\(text)")
        precondition(path.path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "\(text)")
    }
    let form = FormBody(Array(bytes))
    _ = form?["hold"]
    _ = form?.all("seat")
    _ = Timestamp(rfc3339: text)
    _ = LaneCode(text)
    _ = Language.choose(acceptLanguage: text)
    _ = EntityTag.isKnown("\"a\"", ifNoneMatch: text)
    _ = UserID(text)
    _ = RoomID(text)
    let isOrigin = SameSite.isOrigin(text, of: "shop.example")
    precondition(!isOrigin || text.lowercased().contains("shop.example"), "\(text)")
}

/// What the targets need.
private func made<Value>(_ body: () throws -> Value) -> Value {
    do { return try body() } catch { preconditionFailure("\(error)") }
}
