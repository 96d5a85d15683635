import Glibc
import Program
import Rehearsal
import Verify

/// `onsale-rehearse SUBCOMMAND`: what `onsale` becomes for the subcommands that call a server.
@main enum Main {
    private static let exitUsage: Int32 = 64
    private static let exitUnavailable: Int32 = 69

    static func main() async {
        Program.start()
        var arguments = CommandLine.arguments.dropFirst()
        if arguments.count > 1, arguments.first == Program.versionFlag {
            let version = arguments.dropFirst().first ?? ""
            arguments = arguments.dropFirst(2)
            let subcommand = arguments.first ?? ""
            guard version == Program.version else { refuse(subcommand, by: version) }
        }
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "rehearse":
            await exit(Rehearsal.run(arguments: rest, environment: Program.environment))
        case "verify-draw":
            await exit(VerifyDraw.run(arguments: rest, read: DrawReader.read))
        case "--version": print("onsale-rehearse \(Program.version)")
        default:
            Files.toStderr("onsale-rehearse: see onsale rehearse --help, onsale verify-draw --help")
            exit(exitUsage)
        }
    }

    private static func refuse(_ subcommand: String, by version: String) -> Never {
        Files.toStderr(
            "onsale: \(subcommand): \(CommandLine.arguments[0]) is of version \(Program.version)"
                + ", onsale of \(version); install both from one build"
        )
        exit(exitUnavailable)
    }
}
