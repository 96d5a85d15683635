import Program

/// `onsale verify-draw`: a draw again, from what is public of it.
package enum VerifyDraw {
    private static let exitBroken: Int32 = 1
    private static let exitUsage: Int32 = 64
    private static let exitCannotWrite: Int32 = 73

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

    /// Gets what is public of a draw from a server: `http://host/api/v1/rooms/ROOM`, and what the
    /// bearer of a ticket is told.
    package typealias Reader =
        (_ room: String, _ ticket: String?) async -> Result<DrawDocuments, DrawFault>

    /// Reads the flags, gets the documents, checks them; answers the exit code. `read` is not asked
    /// if they are in a file.
    package static func run(arguments: [String], read: Reader) async -> Int32 {
        let flags: VerifyFlags
        switch VerifyFlags.parse(arguments) {
        case .failure(.helpWanted):
            Files.toStdout(usage)
            return 0
        case .failure(.bad(let line)): return refuse(line, exitUsage)
        case .success(let parsed): flags = parsed
        }
        do throws(DrawFault) {
            let documents = try await documents(flags, read)
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

    private static func documents(_ flags: VerifyFlags, _ read: Reader)
        async throws(DrawFault) -> DrawDocuments
    {
        if let path = flags.file {
            guard let bytes = Files.read(path) else {
                throw DrawFault("the file \(path) cannot be read")
            }
            return try DrawDocuments(file: bytes)
        }
        return try await read(flags.room, flags.ticket).get()
    }

    private static func refuse(_ line: String, _ code: Int32) -> Int32 {
        Files.toStderr("onsale: verify-draw: " + line)
        return code
    }
}
