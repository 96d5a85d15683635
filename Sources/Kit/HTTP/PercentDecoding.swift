/// Text of percent-encoded bytes. A `%` that two hexadecimal digits do not follow stays as it is.
/// Bytes that are not UTF-8 become U+FFFD, and so does `%00`: PostgreSQL has no text with U+0000.
func percentDecoded(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    let text = bytes.extracting(range)
    // Nearly always nothing is encoded.
    if !text.indices.contains(where: { text[$0] == UInt8(ascii: "%") }) {
        return unsafe text.withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
        let byte = bytes[index]
        if byte == UInt8(ascii: "%"), index + 2 < range.upperBound,
            let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
        {
            let decodedByte = high << 4 | low
            if decodedByte == 0 {
                decoded.append(contentsOf: "\u{FFFD}".utf8)
            } else {
                decoded.append(decodedByte)
            }
            index += 3
        } else {
            decoded.append(byte)
            index += 1
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
