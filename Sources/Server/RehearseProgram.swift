import Glibc
import Program

/// The program for the subcommands that call a server: this one has no HTTP client.
enum RehearseProgram {
    private static let name = "onsale-rehearse"

    /// Becomes that program, for the same arguments. It is taken from the folder of this one, else
    /// from along `PATH`. Answers an exit code if it cannot be started.
    static func become(_ arguments: [String]) -> Int32 {
        let subcommand = arguments.first ?? ""
        guard let path = places.first(where: { unsafe access($0, X_OK) == 0 }) else {
            printToStandardError(
                "onsale: \(subcommand): \(name) is neither beside onsale nor along PATH; "
                    + "install both from one build"
            )
            return ExitCode.unavailable
        }
        let words = [path, Program.versionFlag, Program.version] + arguments
        var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
        // Answers only if it failed.
        _ = unsafe execv(path, &pointers)
        let reason = unsafe String(cString: strerror(errno))
        unsafe pointers.forEach { unsafe free($0) }
        printToStandardError("onsale: \(subcommand): \(path) cannot be started: \(reason)")
        return ExitCode.unavailable
    }

    private static var places: [String] {
        let search = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        return ([ownFolder] + search.split(separator: ":").map(String.init)).compactMap { folder in
            folder.map { "\($0)/\(name)" }
        }
    }

    /// Nil where `/proc` is not there.
    private static var ownFolder: String? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &text, text.count)
        guard count > 0 else { return nil }
        let path = String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}
