import CAssets

/// Files compiled into the program, by their path under Sources: `Coupons/redis/claim.lua`. A path
/// that is not in `assets.c` ends the process: they are asked for at the start.
public enum Asset {
    public static func bytes(_ path: String) -> [UInt8] {
        let file = unsafe casset(path)
        return unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }

    public static func text(_ path: String) -> String {
        String(decoding: bytes(path), as: UTF8.self)
    }
}
