/// A room's name: 1-128 of `A-Z a-z 0-9 . _ - : @`, so that it can stand in a path, a Redis key and
/// a header without escapes.
public struct RoomID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// Who stands in line; the same alphabet as `RoomID`.
public struct UserID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// A concert's name; the same alphabet as `RoomID`.
public struct ConcertID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// One evening of a concert; the same alphabet as `RoomID`.
public struct PerformanceID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// A product's name; the same alphabet as `RoomID`.
public struct ProductID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// A coupon's name; the same alphabet as `RoomID`.
public struct CouponID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// A board's name; the same alphabet as `RoomID`.
public struct BoardID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// Who or what is ranked on a board; the same alphabet as `RoomID`.
public struct MemberID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard isIdentifier(raw) else { return nil }
        self.raw = raw
    }

    public var description: String { raw }
}

/// What an identifier may be, in words for an error.
public let identifierRule = "1 to 128 of A-Z a-z 0-9 . _ - : @"

func isIdentifier(_ text: String) -> Bool {
    let utf8 = text.utf8
    guard !utf8.isEmpty, utf8.count <= 128 else { return false }
    return utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
