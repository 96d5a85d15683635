import Foundation
import TestRedis
import Testing

@Suite(.timeLimit(.minutes(1))) struct CommandLineTests {
    private typealias Run = (code: Int32, output: String, errors: String)

    private func expectRefused(
        _ run: Run,
        _ code: Int32,
        naming word: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.code == code, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(run.output == "", sourceLocation: sourceLocation)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(lines.first?.hasPrefix("onsale: ") == true, sourceLocation: sourceLocation)
        #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: sourceLocation)
    }

    @Test func helpAndVersionAreTold() async throws {
        let help = try await OnsaleProcess.run("--help")
        #expect(help.code == 0 && help.errors == "")
        for word in ["serve", "rehearse", "--version", "ONSALE_"] {
            #expect(help.output.contains(word), "\(word)")
        }
        let version = try await OnsaleProcess.run("--version")
        #expect(version.code == 0)
        #expect(version.output.wholeMatch(of: /onsale \d+\.\d+\.\d+\n/) != nil)
        let serve = try await OnsaleProcess.run("serve", "--help")
        #expect(serve.code == 0)
        for flag in [
            "port", "host", "data", "redis", "ledger", "auth", "jwt-key", "jwt-secret",
            "jwt-issuer", "jwt-audience", "jwt-subject", "cookie-secure", "log-level",
            "admin-key-file", "threads", "buffered-max", "demo",
        ] {
            #expect(serve.output.contains("--\(flag)"), "\(flag)")
        }
    }

    @Test func aBadFlagOrValueStopsTheStart() async throws {
        let bad: [(arguments: [String], word: String)] = [
            (["--colour", "red"], "--colour"), (["--port", "x"], "--port"),
            (["--port", "65536"], "--port"), (["--port", "-1"], "--port"),
            (["--port"], "--port"), (["--threads", "0"], "--threads"),
            (["--waiting-max", "0"], "--waiting-max"), (["--auth", "none"], "--auth"),
            (["--buffered-max", "31"], "--buffered-max"),
            (["--sellout-fraction", "0"], "--sellout-fraction"),
            (["--sellout-fraction", "90%"], "--sellout-fraction"),
            (["--auth", "jwt"], "--jwt-key"), (["--jwt-key", "x"], "--auth jwt"),
            (["--jwt-secret", "x", "--auth", "visitor"], "--auth jwt"),
            (["--auth", "jwt", "--jwt-key", "x", "--jwt-secret", "x"], "--jwt-secret"),
            (["--auth", "jwt", "--jwt-key", "x", "--jwt-audience", "a"], "--jwt-issuer"),
            (["--auth", "jwt", "--jwt-key", "x", "--jwt-issuer", "i"], "--jwt-audience"),
            (["--auth", "jwt", "--jwt-secret", "x", "--jwt-leeway", "301"], "--jwt-leeway"),
            (["--log-level", "loud"], "--log-level"), (["--redis", "http://x"], "--redis"),
            (["--ledger", "mysql://x"], "--ledger"), (["--host", "0.0.0.0"], "--auth dev"),
            (["--demo=perhaps"], "--demo"), (["extra"], "extra"),
        ]
        for (arguments, word) in bad {
            let process = try OnsaleProcess(["serve"] + arguments)
            let code = try await process.exit()
            expectRefused((code, process.output, process.errors), 64, naming: word)
        }
        expectRefused(try await OnsaleProcess.run("sell"), 64, naming: "sell")
        #expect(try await OnsaleProcess.run().code == 64)
    }

    @Test func aBadValueInTheEnvironmentStopsTheStart() async throws {
        let port = try await OnsaleProcess.run("serve", environment: ["ONSALE_PORT": "x"])
        expectRefused(port, 64, naming: "--port")
        let host = try await OnsaleProcess.run("serve", environment: ["ONSALE_HOST": "0.0.0.0"])
        expectRefused(host, 64, naming: "--auth dev")
        let limit = try await OnsaleProcess.run(
            "serve",
            environment: ["ONSALE_CONNECTIONS_PER_ADDRESS_MAX": "many"]
        )
        expectRefused(limit, 64, naming: "--connections-per-address-max")
    }

    @Test func theEnvironmentIsReadAndTheCommandLineWins() async throws {
        try await withFolder { folder in
            let process = try OnsaleProcess(
                ["serve", "--port=0"],
                environment: [
                    "ONSALE_PORT": "1", "ONSALE_DATA": folder + "/a/b", "ONSALE_THREADS": "1",
                    "ONSALE_ADMIN_KEY_FILE": folder + "/operator.key", "ONSALE_DEMO": "true",
                ]
            )
            let port = try await process.port()
            #expect(port > 1)
            let key = folder + "/operator.key"
            let site = Site(
                process: process,
                port: port,
                adminKey: try String(contentsOfFile: key, encoding: .utf8)
            )
            #expect(try await site.admin("GET", "nothing").status == 404)
            try await until("the demo room is open") {
                try await site.request("GET", "/api/v1/rooms/demo").status == 200
            }
            for path in [key, folder + "/a/b/ticket.key", folder + "/a/b/pass.key"] {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
                #expect(mode as? Int == 0o600, "\(path)")
            }
            process.signal(SIGTERM)
            #expect(try await process.exit() == 0)
        }
    }

    @Test func aPortOrALedgerInUseStopsTheStart() async throws {
        try await ServerBed.with(sites: 1) { bed in
            func start(port: UInt16, _ data: String) async throws -> OnsaleProcess {
                let redis = "unix:\(bed.redis.socketPath)"
                let arguments = ["--port", "\(port)", "--data", data, "--redis", redis]
                return try OnsaleProcess(["serve"] + arguments)
            }
            let onPort = try await start(port: bed.site.port, bed.data + "/other")
            let code = try await onPort.exit()
            expectRefused((code, onPort.output, onPort.errors), 1, naming: "\(bed.site.port)")
            let onLedger = try await start(port: 0, bed.data)
            let second = try await onLedger.exit()
            expectRefused((second, onLedger.output, onLedger.errors), 1, naming: "ledger.sqlite")
        }
    }

    @Test func aLedgerThatCannotBeReachedStopsTheStart() async throws {
        try await withFolder { folder in
            let url = "postgres://onsale@/onsale?host=\(folder)"
            let run = try await OnsaleProcess.run(
                "serve",
                "--port",
                "0",
                "--data",
                folder,
                "--ledger",
                url
            )
            expectRefused(run, 1, naming: "ledger")
        }
    }

    @Test func whatCannotBeUsedStopsTheStart() async throws {
        try await withFolder { folder in
            let file = folder + "/file"
            try "x".write(toFile: file, atomically: true, encoding: .utf8)
            for data in [file, file + "/below", "/proc/onsale"] {
                let run = try await OnsaleProcess.run("serve", "--port", "0", "--data", data)
                expectRefused(run, 1, naming: "data folder")
            }
            let program = try await OnsaleProcess.run(
                "serve",
                "--port",
                "0",
                "--data",
                folder + "/a",
                "--redis-server",
                "no-such-redis"
            )
            expectRefused(program, 1, naming: "no-such-redis")
            let key = try await OnsaleProcess.run(
                "serve",
                "--port",
                "0",
                "--data",
                folder + "/b",
                "--auth",
                "jwt",
                "--jwt-any-audience",
                "--jwt-key",
                folder + "/none"
            )
            expectRefused(key, 1, naming: "--jwt-key")
            let short = folder + "/short.key"
            try "short".write(toFile: short, atomically: true, encoding: .utf8)
            let ticket = try await OnsaleProcess.run(
                "serve",
                "--port",
                "0",
                "--data",
                folder + "/c",
                "--ticket-key-file",
                short
            )
            expectRefused(ticket, 1, naming: "short.key")
        }
    }
}
