import CCrypto

/// Bytes that nobody can guess, from OpenSSL's generator, which the kernel seeds.
public enum SecureRandom {
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // Without entropy no key and no ticket is safe: better no process than a guessable one.
        let made = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(made == 1, "RAND_bytes")
        return bytes
    }
}
