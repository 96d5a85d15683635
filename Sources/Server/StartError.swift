/// Why the server did not start: one line for standard error.
struct StartError: Error {
    let line: String
}
