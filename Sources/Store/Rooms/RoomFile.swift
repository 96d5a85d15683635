import Glibc
import JSON
import Onsale

/// The file of rooms cannot be read or written.
public struct RoomFileError: Error, Sendable, CustomStringConvertible {
    public let description: String
}

/// `rooms.json` in the data folder: settings, state and generation of every room.
public struct RoomFile: Sendable {
    let path: String

    /// `RoomRegistry.roomsMax` rooms of the longest name and settings, 128 + 250 bytes, are 4 MB.
    private static let bytesMax = 8 << 20

    public init(path: String) { self.path = path }

    func load() throws(RoomFileError) -> [RoomID: KnownRoom] {
        guard let bytes = try read() else { return [:] }
        do {
            return try Self.decode(JSONValue.parse(bytes, bytesMax: Self.bytesMax))
        } catch {
            throw RoomFileError(description: "\(path) is damaged: \(error)")
        }
    }

    /// Replaces the file in one step: written beside it, flushed, renamed.
    func save(_ rooms: [RoomID: KnownRoom]) throws(RoomFileError) {
        let bytes = Self.encode(rooms)
        let draft = "\(path).\(getpid())"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write") }
        let written = unsafe bytes.withUnsafeBytes {
            unsafe write(descriptor, $0.baseAddress, $0.count)
        }
        let isSafe = written == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isSafe, unsafe rename(draft, path) == 0 else {
            let error = failure("write")
            unsafe unlink(draft)
            throw error
        }
    }

    private func read() throws(RoomFileError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw failure("read") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private func failure(_ verb: String) -> RoomFileError {
        RoomFileError(
            description: unsafe "cannot \(verb) \(path): \(String(cString: strerror(errno)))"
        )
    }
}
