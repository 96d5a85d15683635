/// Text of percent-encoded bytes. A `%` that two hexadecimal digits do not follow stays as it is.
/// Bytes that are not UTF-8 become U+FFFD, and so does U+0000: PostgreSQL has no text with it.
/// `plusIsBlank` is the rule of forms (`application/x-www-form-urlencoded`).
public func percentDecoded(_ bytes: Span<UInt8>, plusIsBlank: Bool = false) -> String {
    let percent = UInt8(ascii: "%")
    let blank = plusIsBlank ? UInt8(ascii: "+") : percent
    // Nearly always nothing is encoded.
    let plain: String? = unsafe bytes.withUnsafeBufferPointer { bytes in
        guard unsafe !bytes.contains(where: { $0 == percent || $0 == blank || $0 == 0 }) else {
            return nil
        }
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
    if let plain { return plain }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
        var byte = bytes[index]
        if byte == percent, index + 2 < bytes.count,
            let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
        {
            byte = high << 4 | low
            index += 3
        } else {
            if byte == blank, plusIsBlank { byte = UInt8(ascii: " ") }
            index += 1
        }
        if byte == 0 {
            decoded.append(contentsOf: "\u{FFFD}".utf8)
        } else {
            decoded.append(byte)
        }
    }
    return String(decoding: decoded, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
