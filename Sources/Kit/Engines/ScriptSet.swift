import Assets
public import Redis

/// The scripts of one library by their names. A case is a file, so that to add a script is to add a
/// file and a word:
///
///     public enum CouponScript: Int, ScriptName { case claim, settle }
public protocol ScriptName: CaseIterable, RawRepresentable<Int>, Sendable {
    /// Also what the names of the functions begin with: `coupon` in `coupon_claim`.
    static var library: String { get }
    /// What the paths of the files begin with, under Sources: `Coupons/redis/`.
    static var files: String { get }
    /// Files whose text stands in front of all functions.
    static var shared: [String] { get }
    /// How many keys every call passes.
    var keyCount: Int { get }
    var takesMoreKeys: Bool { get }
}

extension ScriptName {
    public var takesMoreKeys: Bool { false }
}

/// A library of scripts, a function for each case of `Name`.
public struct ScriptSet<Name: ScriptName>: Sendable {
    public let all: [RedisScript]

    /// - Parameter edit: changes a script's text before it is used. Production changes nothing; a
    ///   test switches a guard off, or gives Redis a clock.
    public init(edit: (String) -> String = { $0 }) {
        let names = Name.allCases.map { (name: $0, function: "\(Name.library)_\($0)") }
        let library = RedisLibrary(
            Name.library,
            shared: edit(Name.shared.map(Asset.text).joined()),
            names.map { ($0.function, edit(Asset.text("\(Name.files)\($0.name).lua"))) }
        )
        all = names.map { name, function in
            library.script(function, keys: name.keyCount, orMore: name.takesMoreKeys)
        }
    }

    public subscript(_ name: Name) -> RedisScript { all[name.rawValue] }
}
