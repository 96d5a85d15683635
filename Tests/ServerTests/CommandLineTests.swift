import Foundation
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct CommandLineTests {
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
            "jwt-issuer", "jwt-audience", "jwt-subject", "cookie-secure", "trust-proxy",
            "rates-per-address", "rates-per-user", "log-level", "access-log", "admin-key-file",
            "threads", "buffered-max", "drain-seconds", "demo",
        ] {
            #expect(serve.output.contains("--\(flag)"), "\(flag)")
        }
    }

    @Test func everySubcommandsHelpListsItsFlags() async throws {
        let ledger = ["data", "redis", "ledger", "retain-days"]
        let flags: [(subcommand: [String], flags: [String])] = [
            (["serve"], ["port", "ledger", "demo"]), (["audit"], ["repair"] + ledger),
            (["rankings"], ledger), (["rankings", "rebuild"], ledger),
            (["rehearse"], ["url", "visitors", "coupon"]),
            (["verify-draw"], ["file", "seed-hash"]),
        ]
        for (subcommand, flags) in flags {
            let long = try OnsaleProcess(subcommand + ["--help"])
            #expect(try await long.exit() == 0, "\(subcommand): \(long.errors)")
            for flag in flags {
                #expect(long.output.contains("\n  --\(flag) "), "\(subcommand): \(flag)")
            }
            let short = try OnsaleProcess(subcommand + ["-h"])
            #expect(try await short.exit() == 0, "\(subcommand) -h: \(short.errors)")
            #expect(short.output == long.output, "\(subcommand) -h")
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
            (["--drain-seconds", "601"], "--drain-seconds"),
            (["--demo=perhaps"], "--demo"), (["extra"], "extra"),
            (["--trust-proxy", "10.0.0.0/8,10.0.0.0/40"], "not 10.0.0.0/8,10.0.0.0/40"),
            (["--trust-proxy", "proxy.example"], "--trust-proxy"),
            (["--rates-per-address", "read=1:1,enter=fast"], "not enter=fast;"),
            (["--rates-per-user", "all=1:1"], "--rates-per-user takes off, or"),
            (["--rates-per-user", "all=1:1"], "not all=1:1;"),
            (["--rates-per-user", "enter=1:1,enter=2:2"], "--rates-per-user names enter twice"),
            (["--rates-per-address", "read=off,read=off"], "names read twice"),
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

    /// Each spelling is a mistake that somebody makes; `MARKER` stands in the password.
    private static let spelledWrong: [[String]] = [
        ["--ledger", "postgres://u:p/MARKER@h/db"], ["--ledger", "postgres://u:MARKER/x@h/db"],
        ["--ledger", "postgres://u:p@MARKER@h/db"], ["--ledger", "postgres://u:1/MARKER@h/db"],
        ["--ledger", "postgres://u:p%MARKER@h/db"], ["--ledger", "postgres://u:p?MARKER=1/x@h/db"],
        ["--ledger", "postgres://u:p/x?MARKER=1@h/db"], ["--ledger", "postgres://h:MARKER/db"],
        ["--ledger", "postgres://h/db?sslmode=MARKER"], ["--ledger", "postgres://h/db?MARKER=x"],
        ["--ledger", "postgres://h/db?sslmode=require;password=MARKER"],
        ["--ledger", "postgres://h/db&password=MARKER"],
        ["--ledger", "postgres://[::1/MARKER"], ["--ledger", "postgres://u:a MARKER@h/db"],
        ["--ledger", "\"postgres://u:MARKER@h/db\""], ["--ledger", "'postgres://u:MARKER@h/db'"],
        ["--ledger", "mysql://u:MARKER@h/db"], ["--ledger", "Postgres://u:MARKER@h/db"],
        ["--ledger", " postgres://u:MARKER@h/db"], ["--ledger", "postgres:u:MARKER@h"],
        ["--ledger", "jdbc:postgresql://h/db?password=MARKER"], ["--ledger", "MARKER"],
        ["--ledger", "host=h password=MARKER"], ["--ledger", "redis://:MARKER@h"],
        ["--redis", "rediss://:MARKER"], ["--redis", "redis://:MARKER"],
        ["--redis", "rediss://:p@h?MARKER=x"], ["--redis", "rediss://:p@h?cafile=%MARKER"],
        ["--redis", "redis://:p@h?cafile=MARKER"], ["--redis", "rediss://:p@h,MARKER"],
        ["--redis", "redis+sentinel://:MARKER@h"], ["--redis", "redis+sentinel://:p@h/MARKER/x"],
        ["--redis", "redis+sentinel://:p/MARKER"], ["--redis", "redis+sentinel://h:MARKER/shop"],
        ["--redis", "redis+sentinel://h/shop?sentinel-password=a&MARKER"],
        ["--redis", "redis+sentinel://h/shop?tls=MARKER"],
        ["--redis", "redis+cluster://:MARKER@h"],
        ["--redis", "redis://u:MARKER"], ["--redis", "redis://:MARKER/x"],
        ["--redis", "redis://h/MARKER"], ["--redis", "redis://h:MARKER@"],
        ["--redis", "redis://h?password=MARKER"], ["--redis", "redis://:a%MARKER@h"],
        ["--redis", "unix:/s?MARKER"], ["--redis", "unix:/s?db=MARKER"],
        ["--redis", "unix:/s?password=a&MARKER"], ["--redis", "unix:/s&password=MARKER"],
        ["--redis", "unix://:MARKER@/s"], ["--redis", "unix:MARKER"],
        ["--redis", "\"redis://:MARKER@h\""], ["--redis", "'redis://:MARKER@h'"],
        ["--redis", "Redis://:MARKER@h"], ["--redis", "redis:MARKER@h"],
        ["--redis", "postgres://u:MARKER@h/db"], ["--redis", "redis://:a", "MARKER@h"],
        ["--redis", "redis://:a", "MARKER", "b@h"], ["--redis", "redis://:a", "--MARKER@h"],
        ["redis://:MARKER@h"], ["--redis://:MARKER@h"], ["--port", "redis://:MARKER@h"],
        ["--demo=redis://:MARKER@h"], ["--host", "redis://:MARKER@h"],
        ["--auth", "postgres://u:MARKER@h"], ["--log-level", "redis://:MARKER@h"],
        ["--sellout-fraction", "redis://:MARKER@h"], ["--threads", "u:MARKER@h"],
        ["--rates-per-user", "redis://:MARKER@h"], ["--rates-per-user", "u:MARKER@h"],
        ["--rates-per-address", "enter=1:1,postgres://u:MARKER@h/db"],
        ["--trust-proxy", "redis://:MARKER@h,10.0.0.1"], ["--trust-proxy", "u:MARKER@h"],
    ]

    @Test func noPasswordIsInAnyMessage() async throws {
        for arguments in Self.spelledWrong {
            let serve = try OnsaleProcess(["serve", "--port", "0"] + arguments)
            #expect(try await serve.exit() == 64, "\(arguments)")
            let said = serve.errors + serve.output
            #expect(said.hasPrefix("onsale: ") && !said.contains("MARKER"), "\(arguments): \(said)")
        }
        for arguments in [
            ["audit", "--ledger", "mysql://u:MARKER@h"], ["redis://:MARKER@h"],
            ["rankings", "redis://:MARKER@h"], ["rehearse", "--url", "redis://:MARKER@h"],
            ["rehearse", "--redis://:MARKER@h"], ["rehearse", "--visitors", "u:MARKER@h"],
        ] {
            let run = try OnsaleProcess(arguments)
            #expect(try await run.exit() == 64, "\(arguments)")
            #expect(!(run.errors + run.output).contains("MARKER"), "\(run.errors)")
        }
    }

    @Test func anOrchestratorsServiceLinkIsIgnored() async throws {
        try await withFolder { folder in
            let process = try OnsaleProcess(
                ["serve", "--port", "0", "--data", folder],
                environment: [
                    "ONSALE_PORT": "tcp://10.96.0.7:8080", "ONSALE_THREADS": "tcp://10.96.0.7:80",
                ]
            )
            #expect(try await process.port() > 0)
            for name in ["ONSALE_PORT", "ONSALE_THREADS"] {
                #expect(process.errors.contains("onsale: \(name) is ignored"), "\(process.errors)")
            }
            process.signal(SIGTERM)
            #expect(try await process.exit() == 0)
        }
        let flag = try await OnsaleProcess.run("serve", "--port", "tcp://10.96.0.7:8080")
        expectRefused(flag, 64, naming: "--port")
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
            let ticketKey = ["--data", folder + "/c", "--ticket-key-file", short]
            let serving = try OnsaleProcess(["serve", "--port", "0"] + ticketKey)
            let ticket = (try await serving.exit(), serving.output, serving.errors)
            expectRefused(ticket, 1, naming: "short.key")
        }
    }
}
