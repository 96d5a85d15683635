import Glibc

/// How often a server was started on its data folder: one that dies and is started again by its
/// supervisor looks healthy from outside.
struct Starts: Sendable {
    /// With this one. 0: the folder has no place for the count.
    let total: Int
    /// When this process began, seconds since 1970.
    let atSeconds: Double

    /// A number and a line break.
    private static let bytesMax = 32

    /// Counts this start in `folder`. Several processes may share it.
    init(in folder: String) {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        atSeconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        total = Self.count(in: folder + "/starts") ?? 0
    }

    private static func count(in path: String) -> Int? {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // Closing gives the lock back.
        guard flock(file, LOCK_EX) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = unsafe pread(file, &bytes, bytesMax, 0)
        let text = String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)
        // What cannot be read is begun again: a counter that falls is one that was reset.
        let total = (Int(text) ?? 0) &+ 1
        let line = Array("\(total)\n".utf8)
        guard unsafe pwrite(file, line, line.count, 0) == line.count else { return nil }
        ftruncate(file, line.count)
        return total
    }
}
