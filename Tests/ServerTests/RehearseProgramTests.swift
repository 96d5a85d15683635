import Foundation
import TestGate
import TestPrograms
import Testing

/// The client of rehearsals is in a program of its own, which `onsale` becomes.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RehearseProgramTests {
    /// What the program loads is loaded when it listens.
    @Test func theServerHasNoHTTPClient() async throws {
        try await ServerBed.with(sites: 1) { bed in
            // Of a file without a size, String(contentsOfFile:) takes the first page alone.
            let maps = URL(filePath: "/proc/\(bed.site.process.pid)/maps")
            let bytes = try FileHandle(forReadingFrom: maps).readToEnd()
            let loaded = String(decoding: try #require(bytes), as: UTF8.self)
            #expect(loaded.contains("libmicrohttpd") && !loaded.contains("libcurl"))
        }
    }

    /// Before it asks anything of a server: here is none.
    @Test func aReportThatCannotBeWrittenIsToldFirst() async throws {
        let run = try OnsaleProcess(["rehearse", "--url", "http://[::1]:1", "--json", "/no/r.json"])
        #expect(try await run.exit() == 73)
        #expect(run.errors == "onsale: rehearse: --json: /no/r.json cannot be written\n")
    }

    @Test func withoutItsProgramARehearsalIsNotStarted() async throws {
        try await alone { onsale, folder in
            for arguments in [["rehearse", "--help"], ["verify-draw", "http://h/rooms/r"]] {
                let path = ["PATH": folder + "/none:" + folder]
                let run = try OnsaleProcess(arguments, environment: path, program: onsale)
                #expect(try await run.exit() == 69)
                #expect(run.output == "")
                let head = "onsale: \(arguments[0]): onsale-rehearse is neither beside onsale nor"
                #expect(run.errors.hasPrefix(head), "\(run.errors)")
                #expect(run.errors.split(separator: "\n").count == 1)
            }
        }
    }

    /// Nothing is fetched to check a file.
    @Test func aKeptDrawIsCheckedWithoutIt() async throws {
        try await alone { onsale, folder in
            let file = folder + "/draw.json"
            try #"{"draw":{"state":"none"}}"#.write(toFile: file, atomically: true, encoding: .utf8)
            let run = try OnsaleProcess(["verify-draw", "--file", file], program: onsale)
            #expect(try await run.exit() == 1)
            #expect(run.output.hasPrefix("BROKEN      the draw is not done, it is none"))
        }
    }

    @Test func aProgramAlongThePathGetsAllAndItsExitCodeCounts() async throws {
        try await alone { onsale, folder in
            let other = folder + "/bin"
            try FileManager.default.createDirectory(
                atPath: other,
                withIntermediateDirectories: true
            )
            try script(other + "/onsale-rehearse", #"printf '%s|' "$MARK" "$@"; exit 7"#)
            let run = try OnsaleProcess(
                ["rehearse", "--room", "a b", ""],
                environment: ["PATH": "\(folder)/none::\(other):/usr/bin:/bin", "MARK": "kept"],
                program: onsale
            )
            #expect(try await run.exit() == 7)
            let words = run.output.split(separator: "|", omittingEmptySubsequences: false)
            try #require(words.count == 8, "\(run.output)")
            #expect(words[..<2] == ["kept", "--for"])
            #expect(words[3...] == ["rehearse", "--room", "a b", "", ""])
        }
    }

    @Test func theProgramBesideIsTakenFirst() async throws {
        try await withFolder { folder in
            try script(folder + "/onsale-rehearse", "exit 7")
            let path = ["PATH": folder + ":/usr/bin:/bin"]
            let run = try await OnsaleProcess.run("rehearse", "--help", environment: path)
            #expect(run.code == 0 && run.output.hasPrefix("onsale rehearse: "))
        }
    }

    @Test func aProgramThatCannotBeStartedIsTold() async throws {
        try await alone { onsale, folder in
            try script(folder + "/onsale-rehearse", "exit 7", firstLine: "#!/no/such/shell")
            let run = try OnsaleProcess(["rehearse"], program: onsale)
            #expect(try await run.exit() == 69)
            let line = "onsale: rehearse: \(folder)/onsale-rehearse cannot be started: "
            #expect(run.errors.hasPrefix(line), "\(run.errors)")
        }
    }

    @Test func aProgramOfAnotherVersionRefuses() async throws {
        let told = try OnsaleProcess(["--version"], program: "onsale-rehearse")
        #expect(try await told.exit() == 0)
        let version = try await OnsaleProcess.run("--version").output
        #expect(told.output == version.replacing("onsale ", with: "onsale-rehearse "))
        let run = try OnsaleProcess(
            ["--for", "0.0.9", "rehearse", "--help"],
            program: "onsale-rehearse"
        )
        #expect(try await run.exit() == 69)
        #expect(run.output == "" && run.errors.hasPrefix("onsale: rehearse: "), "\(run.errors)")
        #expect(run.errors.contains("0.0.9"))
    }

    @Test func aWordThatItDoesNotKnowIsRefused() async throws {
        for arguments in [[], ["serve"], ["--for"], ["--url", "redis://:MARKER@h"]] {
            let run = try OnsaleProcess(arguments, program: "onsale-rehearse")
            #expect(try await run.exit() == 64, "\(arguments)")
            #expect(run.output == "" && !run.errors.contains("MARKER"))
            #expect(run.errors.contains("onsale rehearse"))
        }
    }

    /// A folder with a copy of `onsale` in it and nothing else.
    private func alone(_ body: (_ onsale: String, _ folder: String) async throws -> Void)
        async throws
    {
        try await withFolder { folder in
            let onsale = folder + "/onsale"
            try FileManager.default.copyItem(
                atPath: OnsaleProcess.programs + "/onsale",
                toPath: onsale
            )
            try await body(onsale, folder)
        }
    }

    private func script(_ path: String, _ text: String, firstLine: String = "#!/bin/sh") throws {
        try "\(firstLine)\n\(text)\n".write(toFile: path, atomically: true, encoding: .utf8)
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        try FileManager.default.setAttributes(mode, ofItemAtPath: path)
    }
}
