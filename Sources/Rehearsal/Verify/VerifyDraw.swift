internal import Crypto
internal import EventLoop

/// `onsale verify-draw`: a draw again, from what is public of it.
public enum VerifyDraw {
    private static let exitBroken: Int32 = 1
    private static let exitUsage: Int32 = 64
    private static let exitCannotWrite: Int32 = 73
    private static let connections = 8

    static let usage = """
        onsale verify-draw ROOM-URL [flags]: recompute a draw from what is public of it

          ROOM-URL is the address of the room's page, http://host/rooms/ROOM.
          --file FILE        a draw that --save has kept, in place of ROOM-URL
          --ticket TOKEN     also that this ticket was in it, and its place
          --seed-hash HEX    the hash of the seed that you noted before the opening
          --root HEX         the root of the list that you noted before the seed was revealed
          --save FILE        keep the documents, to be checked again with --file
          --order FILE       write the drawn order, a leaf a line

        Exit code 1 if anything is not as it was published; the line says what.

        """

    /// Reads the flags, gets the documents, checks them; answers the exit code.
    public static func run(arguments: [String]) async -> Int32 {
        let flags: VerifyFlags
        switch VerifyFlags.parse(arguments) {
        case .failure(.helpWanted):
            Files.toStdout(usage)
            return 0
        case .failure(.bad(let line)): return refuse(line, exitUsage)
        case .success(let parsed): flags = parsed
        }
        do throws(DrawFault) {
            let documents = try await documents(flags)
            if let path = flags.save, !Files.write(documents.file, to: path) {
                return refuse("--save: \(path) cannot be written", exitCannotWrite)
            }
            let proof = try DrawProof(documents.claims(), noted: flags.noted)
            if let path = flags.order {
                let text = proof.order.map { "\($0)\n" }.joined()
                guard Files.write(Array(text.utf8), to: path) else {
                    return refuse("--order: \(path) cannot be written", exitCannotWrite)
                }
            }
            Files.toStdout(proof.lines.map { "ok          \($0)\n" }.joined())
            return 0
        } catch {
            Files.toStdout("BROKEN      \(error.line)\n")
            return exitBroken
        }
    }

    private static func documents(_ flags: VerifyFlags) async throws(DrawFault) -> DrawDocuments {
        if let path = flags.file {
            guard let bytes = Files.read(path) else {
                throw DrawFault("the file \(path) cannot be read")
            }
            return try DrawDocuments(file: bytes)
        }
        let loop = EventLoop.start()
        defer { loop.stop() }
        let (room, ticket) = (flags.room, flags.ticket)
        let found = await Task(executorPreference: loop) {
            await read(room, ticket, on: loop)
        }.value
        return try found.get()
    }

    private static func read(_ room: String, _ ticket: String?, on loop: EventLoop)
        async -> Result<DrawDocuments, DrawFault>
    {
        let client = CurlClient(on: loop, connections: connections)
        defer { client.close() }
        let reader = DrawReader(caller: PatientClient(loop: loop, client: client), room: room)
        do throws(DrawFault) {
            return .success(try await reader.documents(ticket: ticket))
        } catch {
            return .failure(error)
        }
    }

    private static func refuse(_ line: String, _ code: Int32) -> Int32 {
        Files.toStderr("onsale: verify-draw: " + line)
        return code
    }
}

/// What `onsale verify-draw` was told.
struct VerifyFlags: Equatable, Sendable {
    /// `http://host/api/v1/rooms/ROOM`; empty with a file.
    var room = ""
    var file: String?
    var ticket: String?
    var save: String?
    var order: String?
    var noted = DrawProof.Noted()

    static func parse(_ arguments: [String]) -> Result<VerifyFlags, OptionProblem> {
        var flags = VerifyFlags()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" { return .failure(.helpWanted) }
            guard argument.hasPrefix("--") else {
                guard flags.room.isEmpty, let room = DrawReader.address(argument) else {
                    return .failure(.bad("\(argument) is no address of a room's page"))
                }
                flags.room = room
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                return .failure(.bad("\(argument) needs a value"))
            }
            if let wrong = flags.take(String(parts[0]), value) { return .failure(.bad(wrong)) }
        }
        guard flags.room.isEmpty != (flags.file == nil) else {
            return .failure(.bad("give the address of a room, or --file; see --help"))
        }
        return .success(flags)
    }

    private mutating func take(_ name: String, _ value: String) -> String? {
        switch name {
        case "--file": file = value
        case "--ticket": ticket = value
        case "--save": save = value
        case "--order": order = value
        case "--seed-hash", "--root":
            guard let digest = Digest(hex: value) else {
                return "\(name) takes 64 hexadecimal digits"
            }
            if name == "--root" { noted.root = digest } else { noted.seedHash = digest }
        default: return "there is no flag \(name); see onsale verify-draw --help"
        }
        return nil
    }
}
