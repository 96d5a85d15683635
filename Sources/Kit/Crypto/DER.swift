/// The few forms of DER (X.690) that public keys and ECDSA signatures are written in.
enum DER {
    static func sequence(_ contents: [UInt8]) -> [UInt8] { element(0x30, contents) }

    /// A whole number that is not negative, from big-endian bytes with or without leading zeros.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let magnitude = bytes.drop { $0 == 0 }
        // The top bit is the sign: a number that has it set gets a zero in front.
        let needsZero = magnitude.first.map { $0 >= 0x80 } ?? true
        return element(0x02, (needsZero ? [0] : []) + magnitude)
    }

    /// SubjectPublicKeyInfo of an RSA key.
    static func rsaPublicKey(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        let rsaEncryption: [UInt8] = [
            0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        let key = sequence(integer(modulus) + integer(exponent))
        return sequence(sequence(rsaEncryption) + element(0x03, [0] + key))
    }

    /// SubjectPublicKeyInfo of a point on P-256, uncompressed.
    static func p256PublicKey(x: [UInt8], y: [UInt8]) -> [UInt8] {
        let ecPublicKeyOnPrime256v1: [UInt8] = [
            0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
            0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07,
        ]
        return sequence(sequence(ecPublicKeyOnPrime256v1) + element(0x03, [0, 0x04] + x + y))
    }

    private static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        let count = contents.count
        let length: [UInt8] =
            switch count {
            case ..<0x80: [UInt8(count)]
            case ..<0x100: [0x81, UInt8(count)]
            default:
                [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
            }
        precondition(count < 0x10000, "DER of more than 64 KiB")
        return [tag] + length + contents
    }
}
