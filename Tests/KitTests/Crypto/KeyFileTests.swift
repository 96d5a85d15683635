import Foundation
import Synchronization
import Testing

@testable import Crypto

@Suite final class KeyFileTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "onsale-keyfile-\(UUID().uuidString)").path()

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aMissingKeyIsMadeOnceForItsOwnerOnly() throws {
        let path = folder + "/ticket.key"
        let first = try KeyFile.readOrCreate(path: path, byteCount: 32) { SecureRandom.bytes(32) }
        #expect(first.wasCreated)
        #expect(!first.isReadableByOthers)
        #expect(try mode(path) == 0o600)
        let second = try KeyFile.readOrCreate(path: path, byteCount: 32) { SecureRandom.bytes(32) }
        #expect(!second.wasCreated)
        #expect(second.bytes == first.bytes)
        #expect(try KeyFile.read(path: path).bytes == first.bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["ticket.key"])
    }

    @Test func whoComesAtOnceGetsTheSameKey() throws {
        for round in 0..<50 {
            let path = folder + "/race-\(round).key"
            let found = Mutex<[KeyFile]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                let file = try? KeyFile.readOrCreate(path: path, byteCount: 32) {
                    SecureRandom.bytes(32)
                }
                if let file { found.withLock { $0.append(file) } }
            }
            let files = found.withLock { $0 }
            #expect(files.count == 8)
            #expect(Set(files.map(\.bytes)).count == 1)
            #expect(files.filter(\.wasCreated).count == 1)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 50)
    }

    @Test func aKeyThatOthersCanReadIsReported() throws {
        let path = folder + "/open.key"
        try Data([1, 2, 3]).write(to: URL(filePath: path))
        for (mode, isReadable) in [(0o640, true), (0o604, true), (0o600, false), (0o400, false)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(try KeyFile.read(path: path).isReadableByOthers == isReadable)
        }
    }

    @Test func aKeyOfTheWrongLengthIsNeitherUsedNorReplaced() throws {
        let path = folder + "/short.key"
        try Data([1, 2, 3]).write(to: URL(filePath: path))
        #expect(throws: KeyFileError.wrongLength(path: path, found: 3, expected: 32)) {
            try KeyFile.readOrCreate(path: path, byteCount: 32) { SecureRandom.bytes(32) }
        }
        #expect(try KeyFile.read(path: path).bytes == [1, 2, 3])
    }

    @Test func whatCannotBeAKeyFileIsNamed() throws {
        let make = { [UInt8](repeating: 0, count: 32) }
        let missing = folder + "/no/such/folder.key"
        #expect(throws: KeyFileError.unwritable(path: missing, code: ENOENT)) {
            try KeyFile.readOrCreate(path: missing, byteCount: 32, make: make)
        }
        #expect(throws: KeyFileError.unreadable(path: missing, code: ENOENT)) {
            try KeyFile.read(path: missing)
        }
        #expect(throws: KeyFileError.notAFile(path: folder)) { try KeyFile.read(path: folder) }
        let pipe = folder + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: KeyFileError.notAFile(path: pipe)) { try KeyFile.read(path: pipe) }
        let long = folder + "/long.key"
        try Data(count: KeyFile.bytesMax + 1).write(to: URL(filePath: long))
        #expect(throws: KeyFileError.tooLong(path: long)) { try KeyFile.read(path: long) }
        let text = KeyFileError.unwritable(path: "k", code: EACCES).description
        #expect(text == "cannot write k: Permission denied")
    }
}
