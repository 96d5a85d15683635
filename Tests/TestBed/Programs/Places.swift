import CTestPrograms
import Foundation

/// A folder for `body`, removed after it.
public func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = try newFolder("data")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// A folder in the system's temporary one; the caller removes it.
public func newFolder(_ name: String) throws -> String {
    let path = NSTemporaryDirectory() + "test-\(name)-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

/// A port on loopback that nobody listened on a moment ago.
public func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, size) + getsockname(descriptor, $0, &size)
        }
    }
    guard failed == 0 else { throw StartedProgram.Failure("no free port") }
    return UInt16(bigEndian: address.sin_port)
}

/// A pipe. No `StartedProgram` has an end of it but who is given one.
public struct PipeEnds {
    public let reading: Int32
    public let writing: Int32

    public init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw StartedProgram.Failure("pipe: \(String(cString: strerror(errno)))")
        }
        (reading, writing) = (ends[0], ends[1])
    }

    /// For who has given it to a program.
    public func closeReading() { close(reading) }
}

/// A TCP socket that connects from where a network namespace is.
public func socket(inNetwork path: String) throws -> Int32 {
    let descriptor = ctest_socket_in(path)
    guard descriptor >= 0 else {
        throw StartedProgram.Failure("\(path): \(String(cString: strerror(errno)))")
    }
    return descriptor
}
