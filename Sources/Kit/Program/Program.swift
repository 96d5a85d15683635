internal import CProcessShims
internal import Glibc

/// What the programs of one build have in common.
public enum Program {
    public static var version: String { "\(constant)" }
    /// A crash tells it, as long as the process lives.
    private static let constant: StaticString = "0.1.0"

    /// `--for VERSION` comes first where a program starts another: the version of the first one.
    public static let versionFlag = "--for"

    /// First of all: has a crash told, also one of the main thread.
    public static func start() {
        unsafe constant.utf8Start.withMemoryRebound(to: CChar.self, capacity: 1) {
            unsafe cshim_crash_install($0)
        }
        unsafe cshim_crash_adopt_thread("main")
    }

    /// The environment of this process.
    public static var environment: [String: String] {
        var values: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(separator: "=", maxSplits: 1)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
            unsafe entry += 1
        }
        return values
    }
}
