import Foundation
import TestPrograms

/// An authority of its own, in a folder of its own, and the certificates that it signs. The folder
/// goes with the last reference.
public final class TestCertificates: Sendable {
    public let folder: String
    /// The authority's own certificate.
    public var authority: String { folder + "/ca.crt" }

    /// What a certificate and its key lie in.
    public struct Pair: Sendable {
        public let certificate: String
        public let key: String
    }

    public init() throws {
        folder = try newFolder("tls")
        try StartedProgram.run(
            ["openssl", "req", "-x509", "-days", "2", "-subj", "/CN=authority of a test"]
                + ["-keyout", folder + "/ca.key", "-out", authority] + Self.newKey
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let newKey = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    ]

    /// Signs a certificate for `names`, as `DNS:localhost,IP:127.0.0.1`. -1 days: it is expired.
    public func sign(_ file: String, names: String, days: Int = 2) throws -> Pair {
        let base = "\(folder)/\(file)"
        try StartedProgram.run(
            ["openssl", "req", "-subj", "/CN=\(file)", "-addext", "subjectAltName=\(names)"]
                + ["-keyout", base + ".key", "-out", base + ".csr"] + Self.newKey
        )
        try StartedProgram.run([
            "openssl", "x509", "-req", "-in", base + ".csr", "-CA", authority, "-CAkey",
            folder + "/ca.key", "-CAcreateserial", "-copy_extensions", "copy", "-days", "\(days)",
            "-out", base + ".crt",
        ])
        return Pair(certificate: base + ".crt", key: base + ".key")
    }

    /// What makes a redis-server listen with TLS on `port`. With `clients` it wants a certificate
    /// of each client.
    public func options(port: UInt16, _ pair: Pair, clients: Bool = false) -> [String] {
        [
            "--tls-port", "\(port)", "--tls-cert-file", pair.certificate, "--tls-key-file",
            pair.key, "--tls-ca-cert-file", authority, "--tls-auth-clients",
            clients ? "yes" : "no",
        ]
    }
}
