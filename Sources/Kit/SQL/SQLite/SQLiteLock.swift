import Glibc

/// One process per file: `PATH.lock` is locked by the owner, and names it.
struct SQLiteLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, or tells who has it.
    init(for path: String) throws(SQLError) {
        let lockPath = path + ".lock"
        let file = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .unavailable("\(lockPath): \(Self.reason(errno))") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.pid(in: file).map { "process \($0)" } ?? "another process"
            Glibc.close(file)
            throw .unavailable("\(path) is in use by \(owner)")
        }
        ftruncate(file, 0)
        let text = "\(getpid())\n"
        _ = unsafe write(file, text, text.utf8.count)
        descriptor = file
    }

    /// The file stays: who removed it could remove the lock of the next owner.
    func release() { Glibc.close(descriptor) }

    /// Makes the file at `path`, readable for its owner only, if there is none. SQLite gives its
    /// other files the same mode.
    static func makePrivateFile(_ path: String) throws(SQLError) {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            Glibc.close(file)
        } else if errno != EEXIST {
            throw .unavailable("\(path): \(reason(errno))")
        }
    }

    private static func pid(in file: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe pread(file, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n").first.flatMap { Int32($0) }
    }

    private static func reason(_ number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "errno \(number)" }
        return unsafe String(cString: text)
    }
}
