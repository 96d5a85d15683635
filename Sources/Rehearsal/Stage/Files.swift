import Glibc
import Program

extension Files {
    /// Largest key file; a key is 64 characters or so.
    private static let keyBytesMax = 4_096

    /// The first line of `path`, without spaces around it; nil if there is none to read.
    static func key(_ path: String) -> String? {
        guard let bytes = read(path) else { return nil }
        let isSpace = { (byte: UInt8) in byte <= 0x20 }
        let line = bytes.prefix(keyBytesMax).drop(while: isSpace).prefix { !isSpace($0) }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// Raises the soft limit of open files to the hard one; answers it.
    static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 0
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
