import EventLoop
import Glibc
import Synchronization

/// The log of requests: one line each, on standard error, written by a thread of its own. Whoever
/// logs never waits for the reader of the log: what does not fit into the buffer is left out and
/// counted.
///
/// Locked, for all loops write into it and the thread takes from it; under the lock bytes are
/// appended or swapped, nothing is written.
public final class AccessLog: Sendable {
    private struct Buffer {
        var bytes: [UInt8] = []
        /// Where each line ends.
        var ends: [Int] = []
        var leftOut = 0
        var isStopping = false
        var hasStopped = false
    }

    /// Bytes that wait for the reader: some 20,000 lines.
    static let bytesMax = 4 << 20
    /// A write of so many bytes to a pipe does not mix with another one (PIPE_BUF).
    private static let writeMax = 4_096
    /// How late a line is at most, while the reader reads.
    private static let everyMs: UInt32 = 50

    private let buffer = Mutex(Buffer())
    private let format: LogFormat
    private let descriptor: Int32

    /// Starts the thread, which ends with `stop`. Descriptor 2 is standard error.
    public init(_ format: LogFormat, to descriptor: Int32 = 2) {
        self.format = format
        self.descriptor = descriptor
        OwnThread.start { self.run() }
    }

    /// Names and values in the order of the line. From any thread, without waiting.
    public func write(_ fields: Log.Fields) {
        let named = fields.map { (name: $0.0, value: $0.1) }
        let line = LogLine(atMs: Log.nowMs(), level: .info, event: "request", fields: named)
        let bytes = line.bytes(format)
        buffer.withLock { buffer in
            guard buffer.bytes.count + bytes.count < Self.bytesMax else {
                buffer.leftOut += 1
                return
            }
            buffer.bytes += bytes
            buffer.bytes.append(UInt8(ascii: "\n"))
            buffer.ends.append(buffer.bytes.count)
        }
    }

    var waitingBytes: Int { buffer.withLock { $0.bytes.count } }
    /// Lines that did not fit since the thread last came by.
    var leftOut: Int { buffer.withLock { $0.leftOut } }

    /// Lets the thread write what waits, and end; true once it has.
    public func stop() -> Bool {
        buffer.withLock { buffer in
            buffer.isStopping = true
            return buffer.hasStopped
        }
    }

    private func run() {
        while true {
            let (taken, isLast) = buffer.withLock { buffer in
                let taken = buffer
                buffer.bytes = []
                buffer.ends = []
                buffer.leftOut = 0
                return (taken, buffer.isStopping)
            }
            put(taken)
            if isLast { break }
            usleep(Self.everyMs * 1_000)
        }
        buffer.withLock { $0.hasStopped = true }
    }

    /// Whole lines in each write.
    private func put(_ taken: Buffer) {
        var start = 0
        var end = 0
        for next in taken.ends {
            if next - start > Self.writeMax, end > start {
                put(taken.bytes[start..<end])
                start = end
            }
            end = next
        }
        put(taken.bytes[start..<end])
        guard taken.leftOut > 0 else { return }
        Log.warn("requests_not_logged", [("count", "\(taken.leftOut)")])
    }

    private func put(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
