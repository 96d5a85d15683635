import CCrypto

/// SHA-256 of many short messages, one after the other.
///
/// The context and the method are looked up once, which for a short message costs more than its
/// hash. It is mutable, so this is not `Sendable`: one per task.
@safe final class Digester {
    private let context: OpaquePointer
    private let method: OpaquePointer
    private var message: [UInt8] = []

    init() {
        guard let context = unsafe EVP_MD_CTX_new(),
            let method = unsafe EVP_MD_fetch(nil, "SHA256", nil)
        else { preconditionFailure("EVP_MD_fetch: no memory") }
        unsafe self.context = context
        unsafe self.method = method
        message.reserveCapacity(512)
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_free(method)
    }

    func digest(_ bytes: [UInt8]) -> Digest {
        var output: [32 of UInt8] = .init(repeating: 0)
        var span = output.mutableSpan
        let isMade = unsafe span.withUnsafeMutableBufferPointer { output in
            unsafe EVP_DigestInit_ex2(context, method, nil) == 1
                && EVP_DigestUpdate(context, bytes, bytes.count) == 1
                && EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
        }
        precondition(isMade, "EVP_Digest")
        return Digest(output)
    }

    /// The digest of what `write` writes.
    func digest(_ write: (inout [UInt8]) -> Void) -> Digest {
        message.removeAll(keepingCapacity: true)
        write(&message)
        return digest(message)
    }
}

extension Digest {
    fileprivate init(_ bytes: [32 of UInt8]) {
        func word(_ at: Int) -> UInt64 {
            var word: UInt64 = 0
            for index in at..<at + 8 { word = word << 8 | UInt64(bytes[index]) }
            return word
        }
        self.init(word(0), word(8), word(16), word(24))
    }
}
