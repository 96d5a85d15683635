/// Why a program does not start from its arguments.
public enum OptionProblem: Error, Equatable, Sendable {
    case helpWanted
    /// One line for stderr; the exit code is 64.
    case bad(String)
}
