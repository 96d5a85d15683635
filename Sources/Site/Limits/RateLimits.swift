import EventLoop
import HTTP
import Logging
import Values

/// Who asks more of one loop than a visitor needs: 429, by address and by user.
///
/// A loop counts for itself, so that counting takes no lock: a client whose connections are spread
/// over all loops gets as many times its rate.
package actor RateLimits: OnLoop {
    /// What is counted: in the log and in the metrics.
    package enum Subject: String, Sendable { case address, user }

    package nonisolated let loop: EventLoop
    private let rates: RequestRates
    private let counter: Counter
    private var buckets = TokenBuckets()
    private var hasToldProxy = false
    private var told: [Counts.Limited: (atNs: UInt64, refused: Int)] = [:]

    /// A reason stands in the log once in this time, with the number of requests refused for it.
    private static let tellEveryNs: UInt64 = 60_000_000_000

    init(_ rates: RequestRates, counter: Counter, on loop: EventLoop) {
        self.rates = rates
        self.counter = counter
        self.loop = loop
    }

    /// Counts a request for its client. What runs on this machine, and proxies themselves, are the
    /// operator's; all for whom a proxy writes no address are one client.
    nonisolated func count(_ request: HTTPRequest, as kind: RateClass) throws(Refusal) {
        request.kind = kind.rawValue
        if assumeIsolated({ !$0.hasToldProxy }), let peer = request.untrustedProxy {
            assumeIsolated { $0.tellProxy(peer) }
        }
        guard !request.isFromProxy else { return }
        if let entry = request.unreadableForwarded {
            counter.countUnreadableForwarded()
            Log.warn("forwarded_unreadable", [("proxy", "\(request.client)"), ("entry", entry)])
        }
        let client = request.client.site
        try take(kind, .address, client, name: "\(client)")
    }

    /// Whose share of the live streams a request takes from; nil: nobody's. Whoever has no rate of
    /// reads by address has no share either.
    package nonisolated func streamClient(_ request: HTTPRequest) -> NetworkAddress? {
        guard !request.isFromProxy, rates.perAddress[.read] != nil else { return nil }
        return request.client.site
    }

    /// Counts a request for its user, once.
    nonisolated func count(_ request: HTTPRequest, of user: UserID) throws(Refusal) {
        guard let kind = RateClass(rawValue: request.kind) else { return }
        request.kind = 0
        try take(kind, .user, user, name: user.raw)
    }

    private nonisolated func take(
        _ kind: RateClass,
        _ subject: Subject,
        _ who: some Hashable,
        name: @autoclosure () -> String
    ) throws(Refusal) {
        var hasher = Hasher()
        hasher.combine(kind.rawValue)
        hasher.combine(who)
        let key = UInt64(bitPattern: Int64(hasher.finalize()))
        let waitNs = assumeIsolated { limits -> UInt64 in
            let rates = limits.rates
            let rules = subject == .address ? rates.perAddress : rates.perUser
            guard let limit = rules[kind] else { return 0 }
            return limits.buckets.take(key, limit, nowNs: limits.loop.clock.monotonicNs())
        }
        if waitNs > 0 { throw refused(kind, subject, name(), waitNs) }
    }

    private nonisolated func refused(
        _ kind: RateClass,
        _ subject: Subject,
        _ who: String,
        _ waitNs: UInt64
    ) -> Refusal {
        let reason = Counts.Limited(kind: kind, subject: subject)
        counter.count(reason)
        assumeIsolated { $0.tell(reason, who) }
        return .rateLimited(seconds: Int(waitNs / 1_000_000_000) + 1)
    }

    /// A proxy that is not named makes one client of all its visitors, and they are refused when it
    /// matters: told once a loop, with the first request.
    private func tellProxy(_ peer: NetworkAddress) {
        hasToldProxy = true
        Log.warn("untrusted_proxy", [("address", "\(peer)"), ("flag", "--trust-proxy")])
    }

    private func tell(_ reason: Counts.Limited, _ who: String) {
        let nowNs = loop.clock.monotonicNs()
        let last = told[reason]
        let refused = (last?.refused ?? 0) + 1
        if let last, nowNs < last.atNs + Self.tellEveryNs {
            told[reason] = (last.atNs, refused)
            return
        }
        told[reason] = (nowNs, 0)
        Log.warn(
            "rate_limited",
            [
                ("class", reason.kind.name), ("by", reason.subject.rawValue),
                (reason.subject.rawValue, who), ("refused", "\(refused)"),
            ]
        )
    }
}
