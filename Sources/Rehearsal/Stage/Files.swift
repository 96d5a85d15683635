internal import Glibc

/// The few files and streams a rehearsal touches.
enum Files {
    /// Largest key file; a key is 64 characters or so.
    private static let keyBytesMax = 4_096

    /// The first line of `path`, without spaces around it; nil if there is none to read.
    static func key(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: keyBytesMax)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let isSpace = { (byte: UInt8) in byte <= 0x20 }
        let line = bytes[..<count].drop(while: isSpace).prefix { !isSpace($0) }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// All of `path`; nil if it cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe Glibc.read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += block[..<count]
        }
    }

    /// Writes `bytes` as the whole of `path`; false if that failed.
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        let written = write(bytes, descriptor)
        return close(descriptor) == 0 && written
    }

    static func toStderr(_ line: String) { _ = write(Array((line + "\n").utf8), STDERR_FILENO) }
    static func toStdout(_ text: String) { _ = write(Array(text.utf8), STDOUT_FILENO) }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { raw in
                unsafe Glibc.write(descriptor, raw.baseAddress, raw.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
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
