internal import Glibc

/// The few files and streams that a program beside a server touches.
public enum Files {
    /// All of `path`; nil if it cannot be read.
    public static func read(_ path: String) -> [UInt8]? {
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
    public static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        let written = write(bytes, descriptor)
        return close(descriptor) == 0 && written
    }

    /// Whether `path` can be written, with what it holds left as it is.
    public static func canWrite(_ path: String) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        return descriptor >= 0 && close(descriptor) == 0
    }

    public static func toStderr(_ line: String) {
        _ = write(Array((line + "\n").utf8), STDERR_FILENO)
    }

    public static func toStdout(_ text: String) { _ = write(Array(text.utf8), STDOUT_FILENO) }

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
}
