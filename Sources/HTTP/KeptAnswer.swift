import CMicrohttpd
import CShims

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
        let made = unsafe body.withUnsafeBytes {
            unsafe MHD_create_response_from_buffer(
                $0.count,
                UnsafeMutableRawPointer(mutating: $0.baseAddress),
                cshim_mhd_copy
            )
        }
        guard let made = unsafe made, unsafe write(type, headers, to: made) else { return nil }
        return unsafe made
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
