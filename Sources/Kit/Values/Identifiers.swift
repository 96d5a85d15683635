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

/// Who stands in line and buys: 1-128 bytes of visible ASCII (0x21-0x7E), as identity providers
/// name people (`auth0|5f7c21`, `user+tag@example.org`). Text around it escapes it.
public struct UserID: Hashable, Sendable, CustomStringConvertible {
    public let raw: String

    /// Nobody: answers to the operator's idempotency keys are kept under it. No user's name has a
    /// blank.
    public static let theOperator = UserID(nobody: " operator")

    private init(nobody raw: String) { self.raw = raw }

    /// Nil when `raw` is not a name.
    public init?(_ raw: String) {
        guard Self.isName(raw.utf8.span) else { return nil }
        self.raw = raw
    }

    /// Nil when the bytes are not a name's.
    public init?(utf8 bytes: Span<UInt8>) {
        guard Self.isName(bytes) else { return nil }
        raw = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    public var description: String { raw }

    private static func isName(_ bytes: Span<UInt8>) -> Bool {
        guard (1...128).contains(bytes.count) else { return false }
        for index in bytes.indices where !(0x21...0x7E).contains(bytes[index]) { return false }
        return true
    }
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

/// What a user's name may be, in words for an error.
public let userRule = "1 to 128 bytes of visible ASCII"

/// What an identifier may be, in words for an error.
public let identifierRule = "1 to 128 of A-Z a-z 0-9 . _ - : @"

public func isIdentifier(_ text: String) -> Bool { isIdentifier(text.utf8.span) }

/// A bit a character: 100 instructions a name, where a switch for each took 350.
private func isIdentifier(_ text: Span<UInt8>) -> Bool {
    guard !text.isEmpty, text.count <= 128 else { return false }
    for index in text.indices {
        let byte = text[index]
        guard byte < 128 else { return false }
        let bits = byte < 64 ? identifierBits.low : identifierBits.high
        guard bits >> UInt64(byte & 63) & 1 == 1 else { return false }
    }
    return true
}

/// Bit n of `low` is character n, bit n of `high` character 64 + n: `0-9 . - :` and
/// `A-Z a-z _ @`.
private let identifierBits: (low: UInt64, high: UInt64) = (
    0x07FF_6000_0000_0000, 0x07FF_FFFE_87FF_FFFF
)
