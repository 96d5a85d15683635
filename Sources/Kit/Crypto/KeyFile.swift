import Glibc

/// Why a key file cannot be used; stops the start with this one line.
public enum KeyFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The code is `errno`'s.
    case unreadable(path: String, code: Int32)
    case unwritable(path: String, code: Int32)
    case notAFile(path: String)
    case tooLong(path: String)
    case wrongLength(path: String, found: Int, expected: Int)
    /// The key breaks `rule`, which says in words what a key must be.
    case notAsDemanded(path: String, found: Int, rule: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let code): "cannot read \(path): \(Self.text(code))"
        case .unwritable(let path, let code): "cannot write \(path): \(Self.text(code))"
        case .notAFile(let path): "\(path) is not a file"
        case .tooLong(let path): "\(path) is longer than \(KeyFile.bytesMax) bytes"
        case .wrongLength(let path, let found, let expected):
            "\(path) has \(found) bytes instead of \(expected); restore it or move it away"
        case .notAsDemanded(let path, let found, let rule):
            "\(path) has \(found) bytes and is not \(rule); mend it or move it away"
        }
    }

    private static func text(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

/// A secret on disk: mode 600, made once, whoever comes first.
public struct KeyFile: Equatable, Sendable {
    /// A key set of 32 RSA keys is 20 KiB.
    static let bytesMax = 65_536

    public let bytes: [UInt8]
    /// Group or others may read the file. Worth a warning, not a refusal: a mounted secret often
    /// comes this way.
    public let isReadableByOthers: Bool
    let wasCreated: Bool

    /// `byteCount`: how many bytes there must be; nil: any number up to `bytesMax`.
    public static func read(path: String, byteCount: Int? = nil) throws(KeyFileError) -> KeyFile {
        guard let file = try readIfThere(path) else {
            throw .unreadable(path: path, code: ENOENT)
        }
        if let byteCount, file.bytes.count != byteCount {
            throw .wrongLength(path: path, found: file.bytes.count, expected: byteCount)
        }
        return file
    }

    /// Reads the key at `path`, `byteCount` bytes as in `read`; a missing one is made of `make`'s.
    ///
    /// Of processes that start at once one makes the key and all get the same: it is made under a
    /// lock of the folder, and appears whole, by `rename`. No hard link: some volumes have none.
    public static func readOrCreate(
        path: String,
        byteCount: Int? = nil,
        make: () -> [UInt8]
    ) throws(KeyFileError) -> KeyFile {
        let isThere = try readIfThere(path) != nil
        let wasCreated = isThere ? false : try create(path, make)
        let file = try read(path: path, byteCount: byteCount)
        return KeyFile(
            bytes: file.bytes,
            isReadableByOthers: file.isReadableByOthers,
            wasCreated: wasCreated
        )
    }

    private static func readIfThere(_ path: String) throws(KeyFileError) -> KeyFile? {
        // O_NONBLOCK: a pipe in the file's place must not hang the start.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT { return nil }
            throw .unreadable(path: path, code: code)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .unreadable(path: path, code: errno) }
            if got == 0 { break }
            count += got
        }
        guard count <= bytesMax else { throw .tooLong(path: path) }
        return KeyFile(
            bytes: Array(bytes[..<count]),
            isReadableByOthers: status.st_mode & (S_IRGRP | S_IROTH) != 0,
            wasCreated: false
        )
    }

    /// False when another process was first.
    private static func create(_ path: String, _ make: () -> [UInt8]) throws(KeyFileError) -> Bool {
        let name = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folder = unsafe open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .unwritable(path: path, code: errno) }
        // Closing gives the lock back.
        defer { close(folder) }
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .unwritable(path: path, code: errno) }
        }
        guard unsafe access(path, F_OK) != 0 else { return false }
        let temporary = "\(path).\(Base64URL.encodeString(SecureRandom.bytes(9))).new"
        do throws(KeyFileError) {
            try write(make(), to: temporary, for: path)
            guard unsafe rename(temporary, path) == 0 else {
                throw .unwritable(path: path, code: errno)
            }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        // Makes the new name last. Where folders cannot be synced the file system does without.
        _ = fsync(folder)
        return true
    }

    /// On disk before it has its name: after a power cut there is a whole key or none.
    private static func write(_ bytes: [UInt8], to temporary: String, for path: String)
        throws(KeyFileError)
    {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = unsafe open(temporary, flags, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: path, code: errno) }
        defer { close(descriptor) }
        let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
        var code = written < 0 ? errno : written < bytes.count ? ENOSPC : 0
        if code == 0, fsync(descriptor) != 0 { code = errno }
        guard code == 0 else { throw .unwritable(path: path, code: code) }
    }
}
