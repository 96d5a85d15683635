import Foundation

/// Libraries of `Tests/Preloads` that change what a started program sees of its system.
enum Preload {
    struct Failure: Error { let text: String }

    /// With the toolchain's own compiler, which built the C of this package, or the system's.
    static func compile(_ name: String, to library: String) throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Preloads/\(name).c").standardizedFileURL.path
        var said = ""
        for compiler in ["clang", "cc"] {
            let process = Process(), errors = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source,
            ]
            process.standardError = errors
            try process.run()
            let text = errors.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            if process.terminationStatus == 0 { return }
            said += String(decoding: text, as: UTF8.self)
        }
        throw Failure(text: said)
    }
}
