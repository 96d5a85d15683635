import CSQLite
import Synchronization

/// A file layer for SQLite that is the system's own until it is told to fail, and counts syncs.
/// There is one: suites that use it run their tests one after the other.
enum FailingDisk {
    enum Mood: Int {
        case well
        /// Every write finds the disk full.
        case full
        /// Every write is an I/O error.
        case broken
        /// Writes go well and syncs do not.
        case unsynced
    }

    static let vfs = "failing"
    private static let mood = Atomic<Int>(0)
    private static let syncCount = Atomic<Int>(0)
    /// Both of the system's method tables (files with and without locks) write the same way.
    nonisolated(unsafe) private static var original: sqlite3_io_methods?
    nonisolated(unsafe) private static var system: UnsafeMutablePointer<sqlite3_vfs>?

    static var syncs: Int { syncCount.load(ordering: .relaxed) }

    static func become(_ new: Mood) { mood.store(new.rawValue, ordering: .sequentiallyConsistent) }

    private static var now: Mood {
        Mood(rawValue: mood.load(ordering: .sequentiallyConsistent)) ?? .well
    }

    /// Makes the layer known to SQLite, once.
    static let install: Void = {
        guard let found = sqlite3_vfs_find(nil) else { return }
        system = found
        let mine = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        mine.initialize(to: found.pointee)
        mine.pointee.zName = UnsafePointer(permanent(vfs))
        mine.pointee.pNext = nil
        mine.pointee.xOpen = { vfs, name, file, flags, outFlags in
            guard let open = FailingDisk.system?.pointee.xOpen else { return SQLITE_CANTOPEN }
            let code = open(vfs, name, file, flags, outFlags)
            if code == SQLITE_OK, let file { FailingDisk.watch(file) }
            return code
        }
        sqlite3_vfs_register(mine, 0)
    }()

    /// Puts our methods before the system's. The copy is as small as it is seldom: it is leaked.
    private static func watch(_ file: UnsafeMutablePointer<sqlite3_file>) {
        guard let methods = file.pointee.pMethods else { return }
        original = methods.pointee
        let mine = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        mine.initialize(to: methods.pointee)
        mine.pointee.xWrite = { file, bytes, count, offset in
            switch FailingDisk.now {
            case .full: return SQLITE_FULL
            case .broken: return SQLITE_IOERR | 3 << 8
            case .well, .unsynced:
                return FailingDisk.original?.xWrite(file, bytes, count, offset) ?? SQLITE_IOERR
            }
        }
        mine.pointee.xSync = { file, flags in
            guard FailingDisk.now != .unsynced else { return SQLITE_IOERR | 4 << 8 }
            FailingDisk.syncCount.add(1, ordering: .relaxed)
            return FailingDisk.original?.xSync(file, flags) ?? SQLITE_IOERR
        }
        file.pointee.pMethods = UnsafePointer(mine)
    }

    /// A name that lives as long as the process.
    private static func permanent(_ name: String) -> UnsafeMutablePointer<CChar> {
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: name.utf8.count + 1)
        for (index, byte) in name.utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[name.utf8.count] = 0
        return copy
    }
}
