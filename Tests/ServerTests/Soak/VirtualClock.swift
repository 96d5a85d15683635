import Foundation
import Synchronization
import TestPrograms

@testable import TestKit

/// A clock that a test moves on: that of the redis-server and the servers which it starts with this
/// one's environment. How it is done: `Tests/Preloads/clock-shim.c`.
final class VirtualClock: Sendable {
    private let folder: String
    private let page: Mutex<UnsafeMutableRawPointer>

    private var library: String { folder + "/clock-shim.so" }
    private var shift: String { folder + "/shift" }

    init() throws {
        folder = NSTemporaryDirectory() + "clock-shim-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = folder + "/shift"
        try Data(count: 8).write(to: URL(filePath: file))
        let descriptor = open(file, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        let mapped = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else {
            throw StartedProgram.Failure("mmap: \(errno)")
        }
        page = Mutex(mapped)
        try Preload.compile("clock-shim", to: library)
    }

    deinit {
        page.withLock { _ = munmap($0, 8) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Redis keeps the pace of its own timers.
    var forRedis: [String: String] { ["LD_PRELOAD": library, "CLOCK_SHIM_FILE": shift] }

    /// A server's timers are due when the clock has passed them.
    var forServers: [String: String] {
        forRedis.merging(["CLOCK_SHIM_MONOTONIC": "1"]) { $1 }
    }

    /// A program to give to `--redis-server`: the private Redis is started with no environment.
    func redisServer() throws -> String {
        let path = folder + "/redis-server"
        let lines = forRedis.map { "export \($0.key)='\($0.value)'" }.joined(separator: "\n")
        try "#!/bin/sh\n\(lines)\nexec redis-server \"$@\"\n".write(
            toFile: path,
            atomically: true,
            encoding: .utf8
        )
        chmod(path, 0o755)
        return path
    }

    private var shiftNs: Int64 { page.withLock { $0.load(as: Int64.self) } }

    var nowMs: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + (Int64(time.tv_nsec) + shiftNs) / 1_000_000
    }

    var now: Date { Date(timeIntervalSince1970: Double(nowMs) / 1_000) }

    func advance(seconds: Double) {
        page.withLock { page in
            let ns = page.load(as: Int64.self) + Int64(seconds * 1e9)
            page.storeBytes(of: ns, as: Int64.self)
        }
    }

    /// As the API writes times.
    func text(secondsFromNow seconds: Double) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (now + seconds).formatted(style)
    }

    /// Looks until `condition` holds, and moves the clock on by half a second after each look. That
    /// is less than any time-out: Redis, which has 750 ms to answer, is not taken for dead.
    func run(
        until what: @autoclosure () -> String,
        seconds: Double = 30,
        _ condition: () async throws -> Bool
    ) async throws {
        try await TestKit.until(what(), seconds: seconds) {
            if try await condition() { return true }
            advance(seconds: 0.5)
            return false
        }
    }
}
