import CProcessShims
import EventLoop
import Glibc

/// A redis-server that an earlier run could not stop, because it was killed itself. Two servers on
/// one append-only file would destroy it.
enum LeftoverServer {
    /// As long as a server may take to write its last second of data.
    private static let patienceMs = 5_000

    /// Ends what is left in `folder`. The caller holds the folder's lock, so no other run owns it.
    static func end(in folder: ServerFolder, on loop: EventLoop) async throws(RedisServerError) {
        let listener = unsafe cshim_redis_listener(folder.socketPath)
        let noted = ServerFolder.number(in: folder.pidPath) ?? 0
        // The file may be gone or stale while a server listens; mostly both are the same.
        for pid in noted == listener ? [noted] : [noted, listener] where pid > 1 {
            // First the pidfd, then the look at what it is: in between the number cannot be reused.
            guard let process = WatchedProcess(pid: pid, on: loop) else { continue }
            guard isOurs(pid, folder) else {
                process.abandon()
                // A stale pid file is nothing; somebody who listens on our socket is.
                if pid == listener { throw .folderInUse(folder.path, pid: pid) }
                continue
            }
            guard await process.stop(patienceMs: patienceMs) else { throw .leftoverStays(pid: pid) }
        }
    }

    /// A redis-server (or valkey-server) that works in `folder`.
    private static func isOurs(_ pid: Int32, _ folder: ServerFolder) -> Bool {
        let file = unsafe open("/proc/\(pid)/cmdline", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let title = ServerFolder.read(file, max: 4_096)
        guard title.contains("redis-server") || title.contains("valkey-server") else {
            return false
        }
        guard let work = resolve("/proc/\(pid)/cwd") else { return false }
        return work == resolve(folder.path)
    }

    private static func resolve(_ path: String) -> String? {
        guard let whole = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(whole) }
        return unsafe String(cString: whole)
    }
}
