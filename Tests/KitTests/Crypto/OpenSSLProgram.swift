import Crypto
import Foundation
import TestPrograms

/// The `openssl` program as the other side: it makes keys and signatures that ours must understand.
struct OpenSSLProgram {
    let folder: String

    init() throws { folder = try newFolder("openssl") }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    @discardableResult func run(_ arguments: [String]) throws -> [UInt8] {
        try StartedProgram.run(["openssl"] + arguments, in: folder).output
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
    }

    /// Makes `name.key` and `name.pub` and answers the public PEM block.
    func makeKey(_ name: String, _ algorithm: String, _ options: [String]) throws -> [UInt8] {
        let options = options.flatMap { ["-pkeyopt", $0] }
        try run(["genpkey", "-algorithm", algorithm, "-out", "\(name).key"] + options)
        try run(["pkey", "-in", "\(name).key", "-pubout", "-out", "\(name).pub"])
        return try read("\(name).pub")
    }

    func makeP256(_ name: String) throws -> [UInt8] {
        try makeKey(name, "EC", ["ec_paramgen_curve:P-256"])
    }

    func makeRSA(_ name: String, bits: Int = 2048) throws -> [UInt8] {
        try makeKey(name, "RSA", ["rsa_keygen_bits:\(bits)"])
    }

    /// A token over `header` and `payload`, signed with `name.key`.
    func token(_ header: String, _ payload: String, signedWith name: String) throws -> String {
        let message = unsigned(header, payload)
        try write(Array(message.utf8), to: "message")
        var signature = try run(["dgst", "-sha256", "-sign", "\(name).key", "message"])
        if header.contains("ES256") { signature = raw(signature) }
        return message + "." + Base64URL.encodeString(signature)
    }

    /// r and s out of DER, as JOSE has them.
    private func raw(_ der: [UInt8]) -> [UInt8] {
        var index = 2
        var numbers: [UInt8] = []
        for _ in 0..<2 {
            let count = Int(der[index + 1])
            let magnitude = der[(index + 2)..<(index + 2 + count)].drop { $0 == 0 }
            numbers += [UInt8](repeating: 0, count: 32 - magnitude.count) + magnitude
            index += 2 + count
        }
        return numbers
    }
}

func unsigned(_ header: String, _ payload: String) -> String {
    Base64URL.encodeString(Array(header.utf8)) + "." + Base64URL.encodeString(Array(payload.utf8))
}

func token(_ header: String, _ payload: String, secret: [UInt8]) -> String {
    let message = unsigned(header, payload)
    let code = MessageAuthenticator(key: secret).authenticate(Array(message.utf8))
    return message + "." + Base64URL.encodeString(code.indices.map { code[$0] })
}

func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue).map(UInt8.init)
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
