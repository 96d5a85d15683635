import Foundation
import Glibc
import TestGate
import TestPrograms
import Testing
import TestRedis

/// Memory and descriptors have ceilings that docs/threats.md adds up.
@Suite(.alone, .timeLimit(.minutes(2))) struct CeilingTests {
    private func residentBytes(_ pid: Int32) throws -> Int {
        let statm = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
        let pages = try #require(statm.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// The sum of docs/threats.md: what a connection costs, and what may wait for all of them.
    private static let connectionBytes = 32 << 10
    private static let bufferedBytes = 32 << 20

    @Test func silentReadersOfALargeMapStayUnderTheCeiling() async throws {
        try await ServerBed.with(["--buffered-max", "32"], sites: 1) { bed in
            try await bed.site.openSale("night", #""seats":20000,"price":100"#)
            let path = "/api/v1/performances/night/seats"
            // As warm as it gets by asking.
            for _ in 0..<10 { _ = try await bed.site.request("GET", path) }
            let before = try residentBytes(bed.site.process.pid)
            var readers: [HTTPClient] = []
            let count = 300
            for _ in 0..<count {
                let reader = try HTTPClient(bed.site.port, receiveBuffer: 4_096)
                reader.send("GET", path)
                // A copy of 870 KB for each would be 261 MB.
                #expect(try await reader.head().status == 200)
                readers.append(reader)
            }
            let grown = try residentBytes(bed.site.process.pid) - before
            let ceiling = count * Self.connectionBytes + Self.bufferedBytes
            #expect(grown <= ceiling, "\(grown) B of \(ceiling) B")
            let text = try await bed.site.request("GET", "/metrics").text
            let metrics = try PrometheusText(text)
            let waits = try #require(metrics.value("onsale_http_buffered_bytes"))
            #expect(waits > 800_000 && waits < 2_000_000)
            #expect(metrics.value("onsale_http_buffered_cut_total") == 0)
            #expect(readers.count == count)
        }
    }

    @Test func connectionsThatCannotBeAreRefusedAtTheStart() async throws {
        try await withFolder { data in
            // More than Linux allows any process by default.
            let run = try await OnsaleProcess.run(
                "serve",
                "--data",
                data,
                "--threads",
                "64",
                "--connections-max",
                "100000"
            )
            #expect(run.code == 64)
            #expect(run.errors.contains("--connections-max 100000 need 6404160 descriptors"))
        }
    }

    @Test func theDefaultGivesWayToTheLimitOfFiles() async throws {
        try await withFolder { data in
            let process = try OnsaleProcess(
                ["serve", "--port", "0", "--data", data, "--threads", "1"],
                descriptors: 328
            )
            let port = try await process.port()
            #expect(process.errors.contains("going on with --connections-max 200"))
            var clients: [HTTPClient] = []
            for _ in 0..<260 { clients.append(try HTTPClient(port)) }
            #expect(await clients[259].seesEnd())
            clients[0].send("GET", "/readyz")
            #expect(try await clients[0].answer().status == 200)
            clients[0].send("GET", "/metrics")
            let metrics = try PrometheusText(try await clients[0].answer().text)
            #expect((metrics.value("onsale_http_refused_total") ?? 0) >= 60)
            process.signal(SIGTERM)
            #expect(try await process.exit() == 0)
        }
    }
}
