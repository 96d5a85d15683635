import CProcessShims
import Glibc
import Program
import Verify

/// `onsale SUBCOMMAND`
@main enum Main {
    static func main() async {
        Program.start()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "serve": await exit(Serve.run(rest, environment: Program.environment))
        case "rehearse": exit(RehearseProgram.become(arguments))
        case "audit": await exit(Audit.run(rest, environment: Program.environment))
        case "verify-draw":
            // A draw in a file is checked here.
            let code = await VerifyDraw.run(arguments: rest) { _, _ in
                exit(RehearseProgram.become(arguments))
            }
            exit(code)
        case "rankings": await exit(Rankings.run(rest, environment: Program.environment))
        case "--version": print("onsale \(Program.version)")
        case "--help", "-h", "help": print(usage)
        case nil: fail(usage)
        case let other?:
            fail("onsale: there is no subcommand \(Redaction.shown(other)); see onsale --help")
        }
    }

    private static func fail(_ text: String) -> Never {
        printToStandardError(text)
        exit(ExitCode.usage)
    }

    private static let usage = """
        onsale: waiting rooms and sales for the minutes when everybody wants the same thing at once

          onsale serve       run the server
          onsale rehearse    send synthetic visitors through a running server and check the promises
          onsale audit       hold every promise against live data, a line each
          onsale verify-draw recompute a draw from what is public of it
          onsale rankings    make boards in Redis anew from the ledger
          onsale --version

        onsale SUBCOMMAND --help lists its flags.
        Every flag is also ONSALE_<FLAG> in the environment.
        """
}

enum ExitCode {
    static let failure: Int32 = 1
    /// A bad flag or value (`EX_USAGE` of sysexits.h).
    static let usage: Int32 = 64
    /// What is needed is not there (`EX_UNAVAILABLE`).
    static let unavailable: Int32 = 69
}

/// Writes a line; the last ones are told again by a crash.
func printToStandardError(_ text: String) {
    unsafe text.withCString { unsafe cshim_log_line($0, strlen($0)) }
}
