import Glibc
import Testing

@testable import Logging

@Suite(.timeLimit(.minutes(1))) struct AccessLogTests {
    private func pipe() -> (reads: Int32, writes: Int32) {
        var ends: [Int32] = [0, 0]
        precondition(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func text(_ descriptor: Int32) -> String {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += chunk[..<count]
        }
    }

    @Test func eachRequestIsALine() async {
        let ends = pipe()
        let log = AccessLog(.text, to: ends.writes)
        // They fit into a pipe that nobody reads yet.
        for number in 0..<300 {
            log.write([("path", "/a b"), ("number", "\(number)")])
        }
        while !log.stop() { await Task.yield() }
        close(ends.writes)
        let lines = text(ends.reads).split(separator: "\n")
        close(ends.reads)
        #expect(lines.count == 300)
        #expect(lines.last?.hasSuffix("event=request path=\"/a b\" number=299") == true)
    }

    /// Nobody reads: requests go on, and the buffer does not grow.
    @Test func aReaderThatSleepsHoldsNobodyUp() async {
        let ends = pipe()
        let log = AccessLog(.text, to: ends.writes)
        let path = String(repeating: "x", count: 900)
        for _ in 0..<20_000 { log.write([("path", path)]) }
        #expect(log.waitingBytes < AccessLog.bytesMax)
        #expect(log.leftOut > 10_000)
        // The thread is in a write to the full pipe: let it go on.
        _ = fcntl(ends.reads, F_SETFL, O_NONBLOCK)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !log.stop() {
            if read(ends.reads, &chunk, chunk.count) <= 0 { await Task.yield() }
        }
        close(ends.reads)
        close(ends.writes)
    }
}
