import CPostgres

/// The values of one statement as libpq takes them, in buffers that are reused.
///
/// In binary, with their types said: nothing is printed and read again, a zero byte in a text does
/// not cut it, and `select $1` gives the kind of value that it got. A null has no type; it takes
/// that of its place.
@safe struct Parameters {
    private var bytes: [UInt8] = []
    private var starts: [Int] = []
    private(set) var types: [Oid] = []
    private(set) var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = unsafe []

    private static let int8: Oid = 20
    private static let text: Oid = 25

    mutating func fill(_ values: [SQLValue]) {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for value in values {
            let start = bytes.count
            switch value {
            case .null:
                starts.append(-1)
                types.append(0)
            case .integer(let number):
                unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
                starts.append(start)
                types.append(Self.int8)
            case .text(let text):
                bytes.append(contentsOf: text.utf8)
                starts.append(start)
                types.append(Self.text)
            }
            lengths.append(Int32(bytes.count - start))
        }
        // An empty text has an address too: only a null has none. Nor is an array without elements
        // sure to have one.
        bytes.append(0)
        lengths.append(0)
        while formats.count < lengths.count { formats.append(1) }
    }

    /// Calls `body` with libpq's arrays: values, lengths, formats.
    mutating func withPointers(
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>
        ) -> Int32
    ) -> Int32 {
        unsafe pointers.removeAll(keepingCapacity: true)
        return unsafe bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return 0 }
            for start in starts {
                let place = unsafe start < 0 ? nil : (base + start)
                unsafe pointers.append(place?.assumingMemoryBound(to: CChar.self))
            }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { values in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        guard let values = values.baseAddress,
                            let lengths = lengths.baseAddress,
                            let formats = formats.baseAddress
                        else { return 0 }
                        return unsafe body(values, lengths, formats)
                    }
                }
            }
        }
    }
}
