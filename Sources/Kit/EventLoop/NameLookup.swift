import Glibc

/// Resolves a host name off the loop: hiredis and libpq would call `getaddrinfo` on it and block
/// every request.
public enum NameLookup {
    /// Numeric addresses, at least one, or why there is none. A lookup has its own thread; there is
    /// one at a time per connection, only while it reconnects.
    public static func addresses(of host: String) async -> Outcome {
        if isNumeric(host) { return .success([host]) }
        return unsafe await withUnsafeContinuation { continuation in
            let job = unsafe Unmanaged.passRetained(Job(host: host, continuation))
            var thread = pthread_t()
            let made = unsafe pthread_create(
                &thread,
                nil,
                { raw in
                    guard let raw = unsafe raw else { preconditionFailure("lost argument") }
                    unsafe Unmanaged<Job>.fromOpaque(raw).takeRetainedValue().run()
                    return nil
                },
                job.toOpaque()
            )
            if made == 0 {
                pthread_detach(thread)
            } else {
                unsafe job.takeRetainedValue().fail("pthread_create: errno \(made)")
            }
        }
    }

    public typealias Outcome = Result<[String], LookupFailure>

    public struct LookupFailure: Error { public let reason: String }

    private static func isNumeric(_ host: String) -> Bool {
        var storage = in6_addr()
        return unsafe inet_pton(AF_INET, host, &storage) == 1
            || inet_pton(AF_INET6, host, &storage) == 1
    }

    @safe private final class Job {
        private let host: String
        private let continuation: UnsafeContinuation<Outcome, Never>

        init(
            host: String,
            _ continuation: UnsafeContinuation<Outcome, Never>
        ) {
            self.host = host
            unsafe self.continuation = continuation
        }

        func fail(_ reason: String) {
            unsafe continuation.resume(returning: .failure(LookupFailure(reason: reason)))
        }

        func run() {
            var hints = unsafe addrinfo()
            unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let code = unsafe getaddrinfo(host, nil, &hints, &list)
            guard code == 0, let first = unsafe list else {
                return unsafe fail("\(host): \(String(cString: gai_strerror(code)))")
            }
            defer { unsafe freeaddrinfo(first) }
            var found: [String] = []
            var entry: UnsafeMutablePointer<addrinfo>? = unsafe first
            while let info = unsafe entry {
                if let address = unsafe Self.text(of: info) { found.append(address) }
                unsafe entry = info.pointee.ai_next
            }
            guard !found.isEmpty else { return fail("\(host): no numeric address") }
            unsafe continuation.resume(returning: .success(found))
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
}
