import CProcessShims
import Glibc
import Rehearsal

/// `onsale SUBCOMMAND`
@main enum Main {
    static let version: StaticString = "0.1.0"

    static func main() async {
        unsafe version.utf8Start.withMemoryRebound(to: CChar.self, capacity: 1) {
            unsafe cshim_crash_install($0)
        }
        unsafe cshim_crash_adopt_thread("main")
        let arguments = Array(CommandLine.arguments.dropFirst())
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "serve": await exit(Serve.run(rest, environment: .current))
        case "rehearse":
            await exit(Rehearsal.run(arguments: rest, environment: [String: String].current))
        case "audit": await exit(Audit.run(rest, environment: .current))
        case "verify-draw": await exit(VerifyDraw.run(arguments: rest))
        case "rankings": await exit(Rankings.run(rest, environment: .current))
        case "--version": print("onsale \(version)")
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
}

/// Writes a line; the last ones are told again by a crash.
func printToStandardError(_ text: String) {
    unsafe text.withCString { unsafe cshim_log_line($0, strlen($0)) }
}

extension [String: String] {
    /// The environment of this process.
    static var current: [String: String] {
        var values: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(separator: "=", maxSplits: 1)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
            unsafe entry += 1
        }
        return values
    }
}
