/// Why the server cannot start: one line for standard error, and how the process ends.
struct StartError: Error {
    let line: String
    var code = ExitCode.failure
}
