import CProcessShims
import Crypto
import Glibc

/// Files of a private redis-server: data, log, pid, lock, and the socket unless its path is too
/// long.
struct ServerFolder: Sendable {
    let path: String
    let socketPath: String
    /// Where the socket is instead of in the folder, if that path would not fit into an address.
    let shortFolder: String?

    /// The log is set aside at a start when it is larger: two of 8 MiB are the most there is.
    private static let logBytesMax = 8 << 20

    var pidPath: String { path + "/redis.pid" }
    var logPath: String { path + "/redis.log" }
    private var lockPath: String { path + "/redis.lock" }

    init(_ path: String) {
        self.path = Self.absolute(path)
        let direct = self.path + "/redis.sock"
        if direct.utf8.count <= RedisEndpoint.unixPathMax {
            socketPath = direct
            shortFolder = nil
        } else {
            let digest = Hex.encode(SHA256.hash([UInt8](self.path.utf8))).prefix(12)
            let name = "/onsale-\(geteuid())-\(digest)"
            let bases = ["XDG_RUNTIME_DIR", "TMPDIR"].compactMap(Self.environment) + ["/tmp"]
            let short = bases.map { $0 + name }
                .first { $0.utf8.count + "/redis.sock".utf8.count <= RedisEndpoint.unixPathMax }
            // "/tmp" + name always fits.
            shortFolder = short ?? "/tmp" + name
            socketPath = (short ?? "/tmp" + name) + "/redis.sock"
        }
    }

    /// Makes the folders and takes the lock: its descriptor, held as long as the server runs.
    func claim() throws(RedisServerError) -> Int32 {
        try Self.make(path)
        if let shortFolder {
            try Self.make(shortFolder)
            // Somebody else may have made it first, to listen in our place.
            var status = stat()
            guard unsafe lstat(shortFolder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
                status.st_uid == geteuid(), status.st_mode & 0o077 == 0
            else { throw .folderUnusable(shortFolder, reason: "it is not private to this user") }
        }
        let lock = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw .folderUnusable(path, reason: SystemFailure(errno: errno).reason)
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw .folderInUse(path, pid: Self.number(in: lockPath) ?? 0)
        }
        ftruncate(lock, 0)
        let text = "\(getpid())\n"
        _ = unsafe write(lock, text, text.utf8.count)
        return lock
    }

    /// The log, to append to, or an errno.
    func openLog() -> Result<Int32, SystemFailure> {
        var status = stat()
        if unsafe stat(logPath, &status) == 0, status.st_size > Self.logBytesMax {
            unsafe rename(logPath, logPath + ".1")
        }
        let log = unsafe open(logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        return log >= 0 ? .success(log) : .failure(SystemFailure(errno: errno))
    }

    /// The last words of the server.
    func lastLogLine() -> String? {
        let log = unsafe open(logPath, O_RDONLY | O_CLOEXEC)
        guard log >= 0 else { return nil }
        defer { close(log) }
        let size = lseek(log, 0, SEEK_END)
        lseek(log, max(0, size - 4_096), SEEK_SET)
        return Self.read(log, max: 4_096).split(separator: "\n").last.map { String($0) }
    }

    func writePid(_ pid: Int32) {
        let file = unsafe open(pidPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let text = "\(pid)\n"
        _ = unsafe write(file, text, text.utf8.count)
        close(file)
    }

    func removeTraces() {
        unsafe unlink(pidPath)
        unsafe unlink(socketPath)
        if let shortFolder { unsafe rmdir(shortFolder) }
    }

    // MARK: Data

    private var dataPath: String { path + "/appendonlydir" }
    /// Where data is kept that the server could not read; the last of such data.
    var asidePath: String { dataPath + ".unreadable" }

    /// Cuts the zeros that a power loss leaves behind the last whole write of the newest
    /// append-only file, whose commands all end in a line. Answers how many there were.
    func cutPadding() -> Int {
        guard let newest = Self.names(in: dataPath).compactMap(Increment.init).max() else {
            return 0
        }
        let file = unsafe open(dataPath + "/" + newest.name, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        var end = size
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while end > 0 {
            let start = max(0, end - chunk.count)
            guard unsafe pread(file, &chunk, end - start, start) == end - start else { return 0 }
            if let last = chunk[..<(end - start)].lastIndex(where: { $0 != 0 }) {
                end = start + last + 1
                break
            }
            end = start
        }
        guard end < size, ftruncate(file, end) == 0 else { return 0 }
        return size - end
    }

    /// `appendonly.aof.3.incr.aof`
    private struct Increment: Comparable {
        let number: Int
        let name: String

        init?(_ name: String) {
            let parts = name.split(separator: ".")
            guard parts.count == 5, parts[3] == "incr", let number = Int(parts[2]) else {
                return nil
            }
            self.number = number
            self.name = name
        }

        static func < (one: Increment, other: Increment) -> Bool { one.number < other.number }
    }

    /// False if there is no data, or it cannot be moved.
    func setDataAside() -> Bool {
        guard !Self.names(in: dataPath).isEmpty else { return false }
        Self.removeFolder(asidePath)
        return unsafe rename(dataPath, asidePath) == 0
    }

    func bringDataBack() {
        Self.removeFolder(dataPath)
        unsafe rename(asidePath, dataPath)
    }

    /// A folder of files.
    private static func removeFolder(_ path: String) {
        for name in names(in: path) { unsafe unlink(path + "/" + name) }
        unsafe rmdir(path)
    }

    private static func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    // MARK: Files

    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.hasPrefix("/") ? text : nil
    }

    /// The number in a file's first line.
    static func number(in path: String) -> Int32? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return read(file, max: 32).split(separator: "\n").first.flatMap { Int32($0) }
    }

    /// At most `max` bytes of a descriptor, in one read.
    static func read(_ descriptor: Int32, max: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: max)
        let count = unsafe Glibc.read(descriptor, &bytes, max)
        return String(decoding: bytes.prefix(Swift.max(0, count)), as: UTF8.self)
    }

    private static func make(_ path: String) throws(RedisServerError) {
        guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw .folderUnusable(path, reason: SystemFailure(errno: errno).reason)
    }

    /// redis-server changes its directory, so it needs whole paths.
    private static func absolute(_ path: String) -> String {
        var whole = path
        while whole.count > 1, whole.hasSuffix("/") { whole.removeLast() }
        guard !whole.hasPrefix("/"), let here = unsafe getcwd(nil, 0) else { return whole }
        defer { unsafe free(here) }
        return unsafe String(cString: here) + "/" + whole
    }
}
