/// Units and the time they were reached in one number that a double holds exactly, so that a
/// sorted set puts who reached a score first in front of who reached it later:
/// `units * 2^22 + (2^22 - 1 - seconds since the period began)`.
///
/// For days, weeks and months. Within one second the name decides, the greater first, as
/// `ZREVRANGE` has it.
enum PackedScore {
    private static let timeBits: Int64 = 22
    /// 48 days. A later change of a closed period, a refund, counts as the last second.
    static let secondsMax: Int64 = (1 << timeBits) - 1
    /// Above it the sum would not be exact: 2^31 x 2^22 is 2^53.
    static let unitsMax: Int64 = (1 << 31) - 1

    static func units(_ packed: Int64) -> Int64 { packed >> timeBits }

    /// From the period's beginning to the last change of the units.
    static func seconds(_ packed: Int64) -> Int64 { secondsMax - (packed & secondsMax) }
}
