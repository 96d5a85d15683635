import CProcessShims
import EventLoop
import Glibc

/// The redis-server program: where it is and whether it will do.
struct ServerProgram {
    let path: String

    /// Append-only data in parts, and functions of the scripts, came with 7.0.
    static let neededMajor = 7
    private static let patienceMs = 5_000

    /// `name` is a path if it has a slash, and is looked for along `PATH` otherwise.
    static func find(_ name: String) throws(RedisServerError) -> ServerProgram {
        let search = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        let places =
            name.contains("/") ? [name] : search.split(separator: ":").map { "\($0)/\(name)" }
        guard let path = places.first(where: { unsafe access($0, X_OK) == 0 }) else {
            throw .programMissing(name)
        }
        return ServerProgram(path: path)
    }

    /// Runs `--version` and refuses what is older than `neededMajor`.
    func checkVersion(on loop: EventLoop) async throws(RedisServerError) {
        var ends: [Int32] = [-1, -1]
        let failure = unsafe cshim_redis_pipe(&ends)
        guard failure == 0 else {
            throw .programUnusable(path, reason: SystemFailure(errno: failure).reason)
        }
        defer { close(ends[0]) }
        let started = WatchedProcess.start(path, ["--version"], output: ends[1], on: loop)
        close(ends[1])
        switch started {
        case .failure(let failure): throw .programUnusable(path, reason: failure.reason)
        case .success(let process):
            guard await process.hasEnded(withinMs: Self.patienceMs) else {
                _ = await process.stop(patienceMs: Self.patienceMs)
                throw .programUnusable(path, reason: "no answer to --version")
            }
        }
        let answer = ServerFolder.read(ends[0], max: 1_024)
        guard let version = Self.version(in: answer) else {
            throw .programUnusable(path, reason: "it does not tell its version")
        }
        guard let major = version.split(separator: ".").first.flatMap({ Int($0) }),
            major >= Self.neededMajor
        else { throw .tooOld(found: version, needed: "\(Self.neededMajor).0") }
    }

    /// From `Redis server v=7.0.15 sha=...`.
    static func version(in answer: String) -> String? {
        answer.split { $0 == " " || $0 == "\n" }
            .first { $0.hasPrefix("v=") }
            .map { String($0.dropFirst(2)) }
    }
}
