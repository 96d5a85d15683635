import CProcessShims
import Glibc

/// Crashes that a debug build makes on purpose, right after the start: `ONSALE_FAULT=crash.stack`.
/// In release builds this is nothing.
enum CrashPoint: String {
    /// Reads where nothing is.
    case memory = "crash.memory"
    /// Runs out of stack.
    case stack = "crash.stack"

    static func reach() {
        #if DEBUG
        guard let name = unsafe getenv("ONSALE_FAULT"),
            let point = unsafe CrashPoint(rawValue: String(cString: name))
        else { return }
        switch point {
        case .memory:
            // 0 itself cannot be made a pointer.
            let nothing = unsafe UnsafePointer<Int>(bitPattern: 8)
            _ = unsafe nothing?.pointee
        case .stack: cshim_crash_overflow()
        }
        #endif
    }
}
