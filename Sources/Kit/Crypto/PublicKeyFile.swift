import CCrypto

/// What a file of keys holds, as far as its bytes tell.
enum PublicKeyFile {
    /// The text tells the operator what was found.
    enum Kind: String {
        case json = "JSON"
        case publicKey = "a public key"
        case privateKey = "a private key"
        case certificate = "a certificate"
        case ssh = "a key of ssh"
    }

    /// `file` without a byte order mark and blanks at its start.
    static func withoutMark(_ file: [UInt8]) -> [UInt8] {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let rest = file.starts(with: mark) ? file.dropFirst(mark.count) : file[...]
        return Array(rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) })
    }

    /// Nil: it may be a secret. UTF-16 counts as the text that it spells.
    static func kind(of contents: [UInt8]) -> Kind? {
        let text = String(decoding: contents.filter { $0 != 0 }, as: UTF8.self)
        // Openers of UTF-16 and of text that UTF-8 cannot read are no letters.
        let start = text.drop { $0 == "\u{FFFD}" || $0 == "\u{FEFF}" || $0.isWhitespace }
        // A secret of random bytes may begin like JSON; text does not go on like one.
        let isText = start.utf8.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
        if isText, !start.contains("\u{FFFD}"), start.first == "{" || start.first == "[" {
            return .json
        }
        if let block = text.firstRange(of: "-----BEGIN ") {
            let label = text[block.upperBound...].prefix { $0 != "-" && !$0.isNewline }
            if label.contains("PRIVATE KEY") { return .privateKey }
            return label.contains("CERTIFICATE") ? .certificate : .publicKey
        }
        // RFC 4716 writes four dashes.
        if start.hasPrefix("---- BEGIN SSH2") || sshNames.contains(where: start.hasPrefix) {
            return .ssh
        }
        if start.hasPrefix("Bag Attributes") { return .publicKey }
        return kind(ofDER: contents) ?? base64(contents).flatMap(kind(ofDER:))
    }

    private static let sshNames = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"]

    /// What a file spells in base64 with line ends; nil: it does not. The last one or two bytes may
    /// be padding's, which a reader of DER does not look at.
    private static func base64(_ contents: [UInt8]) -> [UInt8]? {
        let letters = contents.filter { $0 > 0x20 }
        var bytes = [UInt8](repeating: 0, count: letters.count / 4 * 3)
        let count = unsafe EVP_DecodeBlock(&bytes, letters, Int32(letters.count))
        ERR_clear_error()
        return letters.isEmpty || count < 0 ? nil : Array(bytes.prefix(Int(count)))
    }

    private static func kind(ofDER contents: [UInt8]) -> Kind? {
        guard contents.first == 0x30 else { return nil }
        return unsafe contents.withUnsafeBufferPointer { buffer in
            defer { ERR_clear_error() }
            var start = buffer.baseAddress
            if let found = unsafe d2i_X509(nil, &start, buffer.count) {
                unsafe X509_free(found)
                return .certificate
            }
            unsafe start = buffer.baseAddress
            if let found = unsafe d2i_AutoPrivateKey(nil, &start, buffer.count) {
                unsafe EVP_PKEY_free(found)
                return .privateKey
            }
            return AsymmetricKey.isPublicKey(contents) ? .publicKey : nil
        }
    }
}
