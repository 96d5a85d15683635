import CHTTPShims
import CMicrohttpd

/// An answer as libmicrohttpd has it, made once for all who are given it: to copy a body and its
/// headers for each would cost as much as to find them.
///
/// libmicrohttpd counts who uses it, under a lock of its own: one that is being sent outlives this.
@safe final class KeptAnswer: Sendable {
    let body: [UInt8]
    /// Written here, read by any loop.
    nonisolated(unsafe) let response: OpaquePointer

    /// Nil if a header cannot be written.
    init?(_ body: [UInt8], type: String?, _ headers: [HTTPHeader]) {
        let made = unsafe Self.made(body, type: type, headers)
        guard let made = unsafe made else { return nil }
        self.body = body
        unsafe response = made
    }

    deinit { unsafe MHD_destroy_response(response) }

    /// One more of it; nil if a header cannot be written.
    static func made(_ body: [UInt8], type: String?, _ headers: [HTTPHeader]) -> OpaquePointer? {
        let isLarge = body.count >= BufferedBytes.countedFrom
        let made = unsafe isLarge ? lent(body) : copied(body)
        guard let made = unsafe made, unsafe write(type, headers, to: made) else { return nil }
        return unsafe made
    }

    private static func copied(_ body: [UInt8]) -> OpaquePointer? {
        unsafe body.withUnsafeBytes {
            unsafe MHD_create_response_from_buffer(
                $0.count,
                UnsafeMutableRawPointer(mutating: $0.baseAddress),
                cshim_mhd_copy
            )
        }
    }

    /// Over the array itself, which the response keeps: 1,500 readers of one seat map of 50,000
    /// seats took 2,195 MB when each had a copy.
    private static func lent(_ body: [UInt8]) -> OpaquePointer? {
        let shared = unsafe Unmanaged.passRetained(SharedBody(body))
        let made = unsafe MHD_create_response_from_buffer_with_free_callback_cls(
            body.count,
            UnsafeMutableRawPointer(bitPattern: address(of: body)),
            { raw in
                guard let raw = unsafe raw else { return }
                unsafe Unmanaged<SharedBody>.fromOpaque(raw).release()
            },
            shared.toOpaque()
        )
        if unsafe made == nil { unsafe shared.release() }
        return unsafe made
    }

    private final class SharedBody: Sendable {
        let body: [UInt8]
        init(_ body: [UInt8]) { self.body = body }
    }

    /// Where the bytes of an array lie, for as long as somebody keeps the array: its storage is a
    /// heap object of its own that never moves, and whoever changes the array while it is kept
    /// changes a copy.
    static func address(of body: [UInt8]) -> UInt {
        unsafe body.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }

    /// False: the response is gone. A line break in a value, say: to send less than the handler
    /// meant could mislead.
    static func write(_ type: String?, _ headers: [HTTPHeader], to response: OpaquePointer) -> Bool
    {
        var isWritten = true
        if let type { isWritten = unsafe add("Content-Type", type, to: response) }
        for header in headers {
            isWritten = unsafe add(header.name, header.value, to: response) && isWritten
        }
        if !isWritten { unsafe MHD_destroy_response(response) }
        return isWritten
    }

    private static func add(_ name: String, _ value: String, to response: OpaquePointer) -> Bool {
        // Not by Swift's own conversion, which copies each text into an array first: two headers
        // took 3,100 instructions with it, 1,600 without.
        unsafe name.withCString { name in
            unsafe value.withCString { value in
                unsafe MHD_add_response_header(response, name, value) == cshim_mhd_yes
            }
        }
    }
}
