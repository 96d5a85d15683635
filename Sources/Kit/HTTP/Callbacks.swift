import CHTTPShims
import CMicrohttpd
import Glibc

/// What libmicrohttpd calls. Contexts are unretained: the daemon outlives the library's, and
/// connections, requests and streams are retained where they are handed over and released where
/// they end.
enum Callbacks {
    static func table(for daemon: Daemon) -> cshim_mhd_callbacks {
        unsafe cshim_mhd_callbacks(
            context: Unmanaged.passUnretained(daemon).toOpaque(),
            connection: { context, handle, state, code in
                unsafe Callbacks.connection(context, handle, state, code)
            },
            access: { context, handle, url, method, version, piece, size, state in
                unsafe Callbacks.access(context, handle, url, method, version, piece, size, state)
            },
            completed: { context, _, state, _ in
                guard let raw = unsafe state?.pointee else { return }
                unsafe state?.pointee = nil
                let request = unsafe Unmanaged<HTTPRequest>.fromOpaque(raw).takeRetainedValue()
                unsafe Callbacks.daemon(context).completed(request)
            },
            target: { context, target, handle in
                // Before the library cuts the query into pieces.
                guard let target = unsafe target, let handle = unsafe handle,
                    let known = unsafe cshim_mhd_state(handle)
                else { return nil }
                unsafe cshim_mhd_leave_cookies(handle)
                unsafe Unmanaged<Connection>.fromOpaque(known)._withUnsafeGuaranteedRef {
                    unsafe $0.targetEnd = cshim_http_target_end(target)
                    unsafe Callbacks.daemon(context).lastToBegin = $0.index
                }
                return nil
            },
            refusing: { context, status in
                unsafe Callbacks.daemon(context).libraryRefuses(Int(status))
            }
        )
    }

    private static func daemon(_ context: UnsafeMutableRawPointer?) -> Daemon {
        guard let context = unsafe context else { preconditionFailure("context lost") }
        return unsafe Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
    }

    private static func connection(
        _ context: UnsafeMutableRawPointer?,
        _ handle: OpaquePointer?,
        _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        _ code: MHD_ConnectionNotificationCode
    ) {
        guard let handle = unsafe handle, let state = unsafe state else { return }
        let daemon = unsafe daemon(context)
        if let raw = unsafe state.pointee {
            unsafe state.pointee = nil
            let connection = unsafe Unmanaged<Connection>.fromOpaque(raw).takeRetainedValue()
            if !connection.isTaken { daemon.closed(connection) }
        } else {
            guard let connection = unsafe daemon.opened(handle) else { return }
            unsafe state.pointee = Unmanaged.passRetained(connection).toOpaque()
        }
    }

    private static func access(
        _ context: UnsafeMutableRawPointer?,
        _ handle: OpaquePointer?,
        _ url: UnsafePointer<CChar>?,
        _ method: UnsafePointer<CChar>?,
        _ version: UnsafePointer<CChar>?,
        _ piece: UnsafePointer<CChar>?,
        _ size: UnsafeMutablePointer<Int>?,
        _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result {
        guard let state = unsafe state, let size = unsafe size, let context = unsafe context else {
            return cshim_mhd_no
        }
        // Both outlive the call; counting references to them costs two atomic writes each.
        return unsafe Unmanaged<Daemon>.fromOpaque(context)._withUnsafeGuaranteedRef { daemon in
            guard let raw = unsafe state.pointee else {
                return unsafe begin(daemon, handle, url, method, version, state)
            }
            return unsafe Unmanaged<HTTPRequest>.fromOpaque(raw)._withUnsafeGuaranteedRef {
                let count = unsafe size.pointee
                if count == 0 {
                    return daemon.proceed($0)
                }
                unsafe size.pointee = 0
                return unsafe daemon.take(
                    UnsafeRawBufferPointer(start: piece, count: count),
                    for: $0
                )
            }
        }
    }

    private static func begin(
        _ daemon: Daemon,
        _ handle: OpaquePointer?,
        _ url: UnsafePointer<CChar>?,
        _ method: UnsafePointer<CChar>?,
        _ version: UnsafePointer<CChar>?,
        _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) -> MHD_Result {
        guard let handle = unsafe handle, let url = unsafe url, let method = unsafe method,
            let version = unsafe version, let known = unsafe cshim_mhd_state(handle)
        else { return cshim_mhd_no }
        guard let path = unsafe cshim_http_path(url) else { return cshim_mhd_no }
        let connection = unsafe Unmanaged<Connection>.fromOpaque(known).takeUnretainedValue()
        let head = unsafe cshim_head(
            method: method,
            target: url,
            target_end: connection.targetEnd,
            version: version
        )
        let (request, result) = unsafe daemon.begin(
            handle,
            on: connection,
            head,
            url: UnsafeRawPointer(path).assumingMemoryBound(to: UInt8.self),
            urlCount: strlen(path)
        )
        unsafe state.pointee = Unmanaged.passRetained(request).toOpaque()
        return result
    }
}
