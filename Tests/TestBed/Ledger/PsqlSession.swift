import Foundation
import TestPrograms

/// `psql` that stays open: a transaction that takes its time.
struct PsqlSession {
    private let program: StartedProgram
    private let input: FileHandle

    init(_ url: String) throws {
        let pipe = try PipeEnds()
        defer { pipe.closeReading() }
        program = try StartedProgram(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url],
            input: .descriptor(pipe.reading)
        )
        input = FileHandle(fileDescriptor: pipe.writing, closeOnDealloc: false)
    }

    func say(_ text: String) throws { try input.write(contentsOf: Data((text + "\n").utf8)) }

    func end() {
        try? input.close()
        program.end()
    }
}
