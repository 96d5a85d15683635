import Crypto

/// A Lua function that Redis keeps, with the others of its library.
public struct RedisScript: Sendable {
    /// For messages and metrics.
    public let name: String
    public let library: RedisLibrary
    /// How many keys every call passes.
    let keyCount: Int
    /// A call may pass more.
    let takesMoreKeys: Bool
    /// The name under which Redis knows it: no two versions of it have the same.
    let function: [UInt8]

    fileprivate init(_ name: String, _ library: RedisLibrary, keys: Int, orMore: Bool) {
        self.name = name
        self.library = library
        keyCount = keys
        takesMoreKeys = orMore
        function = [UInt8]("\(name)_\(library.version)".utf8)
    }
}

/// Lua functions that share text. Redis compiles it once and keeps it: a script that is sent by its
/// digest (`EVALSHA`) makes all that it shares anew at every call, 20 us of a room's 34.
///
/// The version, a digest of the text, is part of all names: servers of different versions can work
/// on one Redis.
public struct RedisLibrary: Sendable {
    /// What the functions are made of: the name of each, and its body.
    public typealias Parts = [(name: String, body: String)]

    public let name: String
    /// What `FUNCTION LOAD` takes.
    let text: [UInt8]
    let version: String
    private let functions: Set<String>

    /// `shared` stands in front of the functions. It may define `begin`, which sets what belongs to
    /// one call; it runs before each function, which finds its keys and arguments in `KEYS` and
    /// `ARGV`. While it is loaded Redis has no global names: no `math`, no `ipairs`.
    public init(_ name: String, shared: String = "", _ parts: Parts) {
        var body = """
            local KEYS, ARGV
            local function begin() end
            \(shared)
            local function register(name, flags, run)
              redis.register_function{
                function_name = name .. '_' .. VERSION,
                callback = function(keys, arguments)
                  KEYS, ARGV = keys, arguments
                  begin()
                  return run()
                end,
                flags = flags,
              }
            end

            """
        for part in parts {
            let flags = part.body.contains(Self.allowsFull) ? "{ 'allow-oom' }" : "{}"
            body += "register('\(part.name)', \(flags), function()\n\(part.body)\nend)\n"
        }
        version = String(Hex.encode(SHA256.hash(Array(body.utf8))).prefix(12))
        self.name = "\(name)_\(version)"
        text = Array("#!lua name=\(self.name)\nlocal VERSION = '\(version)'\n\(body)".utf8)
        functions = Set(parts.map(\.name))
    }

    public func script(_ name: String, keys: Int, orMore: Bool = false) -> RedisScript {
        precondition(functions.contains(name), "\(self.name) has a function \(name)")
        return RedisScript(name, self, keys: keys, orMore: orMore)
    }

    /// A line in the head of a script that also runs in a Redis that is full: it looks, it frees
    /// memory, or it keeps what was promised. What takes in somebody or something new has no such
    /// line and is refused (`OOM`).
    private static let allowsFull = "-- allow-oom\n"

    var loading: [RedisArgument] { ["FUNCTION", "LOAD", .bytes(text)] }

    /// Whether this is how Redis refuses to load it because it has it already: as good as loaded.
    func isThere(_ refusal: String) -> Bool {
        refusal == "ERR Library '\(name)' already exists"
    }
}
