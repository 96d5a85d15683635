import CTLS
import EventLoop
import Glibc

/// How an encrypted connection is made. The server's certificate is always verified: its chain, its
/// dates and its name.
public struct RedisTLS: Sendable, Hashable {
    /// Certificates (PEM) of who may have signed the server's; nil: those that the system trusts.
    public var authorityFile: String?
    /// The client's own certificate with its chain (PEM), and its key; nil: none.
    public var certificateFile: String?
    public var keyFile: String?

    public init() {}
}

/// The encryption of one connection. Used by one thread at a time: by the one that makes it, then
/// by the loop.
@safe final class TLSSession: Sendable {
    private nonisolated(unsafe) let session: OpaquePointer

    /// For the connected socket `descriptor`. `name` is the host or the address that the
    /// certificate must have. Files are read each time: a new certificate needs no restart.
    init(_ options: RedisTLS, _ descriptor: Int32, name: String) throws(RedisDial.Failure) {
        ERR_clear_error()
        guard let context = unsafe ctls_client() else { throw Self.failure("no context") }
        // The session keeps it alive.
        defer { unsafe SSL_CTX_free(context) }
        try unsafe Self.load(options, into: context)
        guard let session = unsafe SSL_new(context) else { throw Self.failure("no session") }
        unsafe self.session = unsafe session
        let isAddress: Int32 = NameLookup.isNumeric(name) ? 1 : 0
        guard unsafe ctls_expect(session, name, isAddress) == 1 else {
            throw Self.failure("the name cannot be checked")
        }
        guard unsafe SSL_set_fd(session, descriptor) == 1 else { throw Self.failure("no socket") }
    }

    deinit { unsafe SSL_free(session) }

    private static func load(_ options: RedisTLS, into context: OpaquePointer) throws(RedisDial
        .Failure)
    {
        let loaded =
            if let file = options.authorityFile {
                unsafe SSL_CTX_load_verify_locations(context, file, nil)
            } else {
                unsafe SSL_CTX_set_default_verify_paths(context)
            }
        guard loaded == 1 else { throw failure(options.authorityFile ?? "the system's list") }
        guard let file = options.certificateFile, let key = options.keyFile else { return }
        guard unsafe SSL_CTX_use_certificate_chain_file(context, file) == 1 else {
            throw failure(file)
        }
        // Also refuses a key that is not the certificate's.
        guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
            throw failure(key)
        }
    }

    private static func failure(_ what: String) -> RedisDial.Failure {
        RedisDial.Failure(reason: "TLS: \(what): \(lastError())", isLasting: true)
    }

    /// OpenSSL's text for what failed first in this thread, which it then forgets.
    private static func lastError() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return "unknown error" }
        // Errors of the system, as a file that is not there, have no text of OpenSSL's.
        if let text = unsafe ERR_reason_error_string(code) { return unsafe String(cString: text) }
        return RedisSocket.text(ofError: Int32(truncatingIfNeeded: code & 0x7FFF_FFFF))
    }

    // MARK: Use

    /// The server's certificate was looked at and did not pass.
    var isRefused: Bool { unsafe SSL_get_verify_result(session) != X509_V_OK }

    func shake() -> RedisSocket.Outcome {
        ERR_clear_error()
        let result = unsafe SSL_connect(session)
        return result == 1 ? .moved(0) : outcome(of: result)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> RedisSocket.Outcome {
        ERR_clear_error()
        let room = Int32(clamping: buffer.count)
        let count = unsafe SSL_read(session, buffer.baseAddress, room)
        return count > 0 ? .moved(Int(count)) : outcome(of: count)
    }

    /// Writes record after record: OpenSSL ends a write with each.
    func write(_ bytes: UnsafeRawBufferPointer) -> RedisSocket.Outcome {
        ERR_clear_error()
        var sent = 0
        while sent < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
            let count = unsafe SSL_write(session, rest.baseAddress, Int32(clamping: rest.count))
            guard count > 0 else { return sent > 0 ? .moved(sent) : outcome(of: count) }
            sent += Int(count)
        }
        return .moved(sent)
    }

    /// Bytes were taken from the socket and not yet read.
    var hasMore: Bool { unsafe SSL_has_pending(session) == 1 }

    /// Tells the other side that this is the end, and does not wait for its answer. Not after an
    /// error.
    func end() { unsafe _ = SSL_shutdown(session) }

    private func outcome(of result: Int32) -> RedisSocket.Outcome {
        let error = errno
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .needs(.readable)
        case SSL_ERROR_WANT_WRITE: return .needs(.writable)
        case SSL_ERROR_ZERO_RETURN: return .ended("Server closed the connection")
        case SSL_ERROR_SYSCALL where error != 0:
            return .ended(RedisSocket.text(ofError: error))
        default: return .ended(reason)
        }
    }

    private var reason: String {
        let verified = unsafe SSL_get_verify_result(session)
        guard verified != X509_V_OK else { return "TLS: \(Self.lastError())" }
        ERR_clear_error()
        let text = unsafe String(cString: X509_verify_cert_error_string(verified))
        return "TLS: the server's certificate: \(text)"
    }
}
