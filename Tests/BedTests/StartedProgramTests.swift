import Foundation
import TestGate
import TestPrograms
import Testing

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct StartedProgramTests {
    @Test func whatItSaysAndHowItEndsIsKnown() throws {
        let script = "pwd; echo \"$WORD\"; echo no >&2; exit 3"
        let ended = try StartedProgram.toItsEnd(
            ["sh", "-c", script],
            in: "/",
            environment: ["WORD": "yes"]
        )
        #expect(ended.code == 3 && ended.text == "/\nyes" && ended.errors == "no\n")
        #expect(throws: StartedProgram.Failure.self) { try StartedProgram.run(["false"]) }
        #expect(throws: StartedProgram.Failure.self) { try StartedProgram(["/no/such/program"]) }
        let sleeper = try StartedProgram(["sleep", "60"])
        #expect(sleeper.isRunning)
        sleeper.signal(SIGTERM)
        #expect(sleeper.end() == -SIGTERM && !sleeper.isRunning)
    }

    @Test func itInheritsNeitherDescriptorsNorBlockedSignals() throws {
        var ours = sigset_t()
        var before = sigset_t()
        sigfillset(&ours)
        pthread_sigmask(SIG_SETMASK, &ours, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let pipe = try PipeEnds()
        defer {
            pipe.closeReading()
            close(pipe.writing)
        }
        let script = "ls /proc/$$/fd | sort -n | tail -n 1; grep SigBlk /proc/self/status"
        let ended = try StartedProgram.run(["sh", "-c", script])
        let lines = ended.text.split(separator: "\n")
        // The shell itself may have opened a few.
        #expect(try #require(Int(lines[0])) < min(pipe.reading, 10), "\(ended.text)")
        #expect(lines[1].hasSuffix("\t0000000000000000"))
    }

    /// Many threads start programs: those that go on keep nobody from seeing the end of another.
    @Test func anEndIsSeenWhateverOthersStart() async throws {
        let left = try await withThrowingTaskGroup(of: [StartedProgram].self) { group in
            for isEnded in [true, true, false, false] {
                group.addTask {
                    let programs = try (0..<100).map { _ in
                        let program = try StartedProgram(["sleep", "100"])
                        if isEnded {
                            program.signal(SIGKILL)
                            program.end()
                        }
                        return program
                    }
                    return programs.filter(\.isRunning)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(left.count == 200)
        for program in left {
            program.signal(SIGKILL)
            program.end()
        }
    }
}
