import Glibc

/// Resolves a host name off the loop: libpq would call `getaddrinfo` on it and block every request.
///
/// On a thread of its own and not with `uv_getaddrinfo`: `exit` waits for the threads of libuv's
/// pool, so a silent resolver would keep a process that stops for ten seconds or more. The pool has
/// two threads for lookups, which one silent host would take from all others.
public enum NameLookup {
    /// Numeric addresses, at least one, or why there is none. There is one lookup at a time per
    /// connection, only while it reconnects.
    public static func addresses(of host: String) async -> Outcome {
        if isNumeric(host) { return .success([host]) }
        return unsafe await withUnsafeContinuation { continuation in
            let thread = OwnThread { unsafe continuation.resume(returning: resolve(host)) }
            let code = thread.begin()
            guard code != 0 else { return }
            unsafe continuation.resume(returning: failure("pthread_create: errno \(code)"))
        }
    }

    public typealias Outcome = Result<[String], LookupFailure>

    public struct LookupFailure: Error { public let reason: String }

    private static func failure(_ reason: String) -> Outcome {
        .failure(LookupFailure(reason: reason))
    }

    /// Whether `host` is an address.
    public static func isNumeric(_ host: String) -> Bool {
        var storage = in6_addr()
        return unsafe inet_pton(AF_INET, host, &storage) == 1
            || inet_pton(AF_INET6, host, &storage) == 1
    }

    private static func resolve(_ host: String) -> Outcome {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0, let first = unsafe list else {
            return unsafe failure("\(host): \(String(cString: gai_strerror(code)))")
        }
        defer { unsafe freeaddrinfo(first) }
        let entries = unsafe sequence(first: first) { unsafe $0.pointee.ai_next }
        let found = unsafe entries.compactMap { unsafe text(of: $0) }
        return found.isEmpty ? failure("\(host): no numeric address") : .success(found)
    }

    private static func text(of info: UnsafePointer<addrinfo>) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let failed = unsafe getnameinfo(
            info.pointee.ai_addr,
            info.pointee.ai_addrlen,
            &text,
            socklen_t(text.count),
            nil,
            0,
            NI_NUMERICHOST
        )
        guard failed == 0 else { return nil }
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}
