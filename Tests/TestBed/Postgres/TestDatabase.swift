import Foundation
import Synchronization

/// A fresh database for one test, on the server that all tests of this process share. It is dropped
/// with `drop` or with the last reference.
///
/// The shared server starts with the first one. It does without `fsync`: no test of it needs to
/// outlive the machine. One that kills or freezes its server takes a `PrivatePostgres`.
public final class TestDatabase: Sendable {
    public let name: String
    public let server: PrivatePostgres
    private let isDropped = Atomic<Bool>(false)

    private static let shared = Mutex<PrivatePostgres?>(nil)
    private static let count = Atomic<Int>(0)

    public convenience init() throws {
        let server = try Self.shared.withLock { shared in
            if let shared { return shared }
            let made = try PrivatePostgres(
                isDurable: false,
                options: ["-c", "max_connections=300"]
            )
            shared = made
            return made
        }
        try self.init(on: server)
    }

    public init(on server: PrivatePostgres) throws {
        self.server = server
        name = "t\(Self.count.add(1, ordering: .relaxed).newValue)"
        try server.psql("create database \(name)")
    }

    deinit { drop() }

    public var url: String { server.url(database: name) }

    /// What `psql` answers to `text`, as bare columns and lines, over a connection of its own.
    @discardableResult
    public func psql(_ text: String) throws -> String {
        try server.psql(text, database: name)
    }

    /// Ends what is connected, too.
    public func drop() {
        guard !isDropped.exchange(true, ordering: .relaxed) else { return }
        _ = try? server.psql("drop database if exists \(name) with (force)")
    }
}
