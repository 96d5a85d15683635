import Foundation
import TestPrograms

/// Libraries of `Tests/Preloads` that change what a started program sees of its system.
enum Preload {
    /// With the toolchain's own compiler, which built the C of this package, or the system's.
    static func compile(_ name: String, to library: String) throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Preloads/\(name).c").standardizedFileURL.path
        var said = ""
        for compiler in ["clang", "cc"] {
            do {
                try StartedProgram.run([
                    compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source,
                ])
                return
            } catch {
                said += "\(error)\n"
            }
        }
        throw StartedProgram.Failure(said)
    }
}
