import Foundation
import TestGate
import TestPrograms
import Testing
import TestRedis

/// `--admin-key-file`: what a file must be, and what somebody is told whose file is not.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct AdminKeyFileTests {
    private static let rule = "43 visible ASCII characters"

    @Test(arguments: [
        String(repeating: "k", count: 43) + "\n\n", String(repeating: "k", count: 42) + "\n",
        "short",
        String(repeating: "k", count: 42) + " ", String(repeating: "k", count: 42) + "\u{7f}",
        String(repeating: "k", count: 44), "",
    ])
    func aFileThatIsNoKeyStopsTheStart(_ text: String) async throws {
        try await withFolder { folder in
            let path = folder + "/operator.key"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            let run = try await OnsaleProcess.run(
                "serve",
                "--port",
                "0",
                "--data",
                folder + "/data",
                "--admin-key-file",
                path
            )
            #expect(run.code == 1, "\(text.debugDescription)")
            #expect(run.errors.hasPrefix("onsale: --admin-key-file: \(path) "), "\(run.errors)")
            #expect(run.errors.contains(Self.rule), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            #expect(!run.errors.contains("kkk"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test(arguments: ["", "\n"]) func aKeyOfOnesOwnIsTheOperators(_ end: String) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let key = String(repeating: "aB3-_+/=", count: 9).prefix(43)
            let path = bed.data + "/admin.key"
            try (key + end).write(toFile: path, atomically: false, encoding: .utf8)
            chmod(path, 0o600)
            let redis = ["--redis", "unix:\(bed.redis.socketPath)"]
            let site = try await Site.start(data: bed.data, redis)
            #expect(site.adminKey == key)
            try await site.configure("r", "{}")
        }
    }
}
