import Crypto
import Program

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
                guard flags.room.isEmpty, let room = Self.address(argument) else {
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

    /// Nil: no address of a room, neither its page nor its document.
    private static func address(_ text: String) -> String? {
        guard let url = ServerAddress.read(text) else { return nil }
        for folder in ["/api/v1/rooms/", "/rooms/"] {
            guard let range = url.firstRange(of: folder) else { continue }
            let name = url[range.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard !name.isEmpty else { return nil }
            return url[..<range.lowerBound] + "/api/v1/rooms/" + name
        }
        return nil
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
