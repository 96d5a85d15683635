import Crypto
import Glibc
import Site

/// The keys in the data folder: made at the first start, mode 600. Those that callers are checked
/// with are read again at SIGHUP; another ticket or pass key would void what is out.
struct Secrets: Sendable {
    let ticketKey: [UInt8]
    let passKey: SigningKey
    let auth: VisitorAuth
    let adminKey: [UInt8]

    /// The admin key is 32 random bytes in base64url, so that it can be pasted.
    private static let adminKeyCount = Base64URL.encodedCount(of: 32)

    init(_ configuration: Configuration) throws(StartError) {
        try Self.makeFolder(configuration.dataFolder)
        ticketKey = try Self.key(configuration.ticketKeyPath, count: 32) {
            SecureRandom.bytes(32)
        }
        let passSeed = try Self.key(configuration.passKeyPath, count: SigningKey.seedByteCount) {
            SecureRandom.bytes(SigningKey.seedByteCount)
        }
        adminKey = try Self.adminKey(configuration)
        passKey = SigningKey(seed: passSeed)
        auth = try Self.auth(configuration)
    }

    static func adminKey(_ configuration: Configuration) throws(StartError) -> [UInt8] {
        let path = configuration.adminKeyPath
        do throws(KeyFileError) {
            let file = try KeyFile.readOrCreate(path: path) {
                Base64URL.encode(SecureRandom.bytes(32))
            }
            let key = try checkedAdminKey(file, path)
            warn(file, path)
            return key
        } catch {
            throw adminKeyError(error)
        }
    }

    /// What a header can carry, or nobody could sign in with it. A line end behind it is the
    /// editor's, or that of `echo`.
    private static func checkedAdminKey(_ file: KeyFile, _ path: String)
        throws(KeyFileError) -> [UInt8]
    {
        var key = file.bytes
        if key.last == UInt8(ascii: "\n") { key.removeLast() }
        guard key.count == adminKeyCount, key.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            let rule = "\(adminKeyCount) visible ASCII characters"
            throw .notAsDemanded(path: path, found: file.bytes.count, rule: rule)
        }
        return key
    }

    private static func adminKeyError(_ error: KeyFileError) -> StartError {
        StartError(line: "--admin-key-file: \(error)")
    }

    /// The key at SIGHUP: one that is not there now is about to be, and is not made.
    static func adminKeyAgain(_ configuration: Configuration) throws(StartError) -> [UInt8] {
        let path = configuration.adminKeyPath
        do throws(KeyFileError) {
            return try checkedAdminKey(try KeyFile.read(path: path), path)
        } catch {
            throw adminKeyError(error)
        }
    }

    static func auth(_ configuration: Configuration) throws(StartError) -> VisitorAuth {
        switch configuration.auth {
        case .dev: return .dev
        case .visitor: return .visitor
        case .jwt(let key, let rules):
            do {
                let bytes = try KeyFile.read(path: key.path).bytes
                let file: JWTKeyFile = key.isSecret ? .secret(bytes) : .publicKeys(bytes)
                _ = try JWTVerifier(file, rules: rules)
                return .jwt(file, rules)
            } catch let error as JWTKeyError {
                let flag = configuration.auth.keyFlag
                throw StartError(line: "\(flag) \(key.path): \(error)", code: ExitCode.usage)
            } catch {
                throw StartError(line: "\(configuration.auth.keyFlag): \(error)")
            }
        }
    }

    private static func key(_ path: String, count: Int, _ make: () -> [UInt8])
        throws(StartError) -> [UInt8]
    {
        do {
            let file = try KeyFile.readOrCreate(path: path, byteCount: count, make: make)
            warn(file, path)
            return file.bytes
        } catch {
            throw StartError(line: "\(error)")
        }
    }

    private static func warn(_ file: KeyFile, _ path: String) {
        guard file.isReadableByOthers else { return }
        printToStandardError("onsale: WARNING: \(path) can be read by others; chmod 600 it")
    }

    /// Makes the folder and its missing parents, for the owner only.
    private static func makeFolder(_ path: String) throws(StartError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made == "/" ? "" : "/") + part
            guard unsafe mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
            let reason = unsafe String(cString: strerror(errno))
            throw StartError(line: "cannot make the data folder \(made): \(reason)")
        }
        guard unsafe access(path, W_OK | X_OK) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw StartError(line: "cannot write to the data folder \(path): \(reason)")
        }
        try refuseWritable(path)
    }

    /// Whoever may write to the folder may replace our keys. A group may, with a warning: volumes
    /// of orchestrators belong to one.
    private static func refuseWritable(_ path: String) throws(StartError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IWOTH == 0 else {
            throw StartError(
                line: "anybody can write to the data folder \(path); chmod o-w it",
                code: ExitCode.usage
            )
        }
        if status.st_mode & S_IWGRP != 0 {
            printToStandardError(
                "onsale: WARNING: the group can write to the data folder \(path); chmod g-w it"
            )
        }
    }
}
