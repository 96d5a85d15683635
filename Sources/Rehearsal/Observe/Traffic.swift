/// What came over the wire, whoever had asked: answers, failures, latencies, outages.
struct Traffic: Sendable {
    /// Time without any answer from the server.
    struct Outage: Equatable, Sendable {
        var firstNs: Int64
        var lastNs: Int64
    }

    private(set) var latencies: [Endpoint: Histogram] = [:]
    private(set) var statuses: [Int: Int] = [:]
    private(set) var failures: [ExchangeFailure: Int] = [:]
    var unreadable = 0
    private(set) var exchanges = 0
    private var endedOutages: [Outage] = []
    private var openOutage: Outage?

    /// Outages that are listed one by one; further ones are added to the last.
    static let outagesMax = 1_000

    /// All outages, with the one that has not ended.
    var outages: [Outage] { endedOutages + (openOutage.map { [$0] } ?? []) }

    /// Failures, and answers that are the server's fault.
    var errors: Int {
        failures.values.reduce(0, +)
            + statuses.reduce(0) { $0 + ($1.key >= 500 ? $1.value : 0) }
    }

    /// Counts an exchange, and its latency if that belongs to an endpoint.
    mutating func note(_ response: Response, of endpoint: Endpoint?) {
        exchanges += 1
        if let failure = response.failure {
            failures[failure, default: 0] += 1
            if failure != .hungUp { noteSilence(response) }
            return
        }
        statuses[response.status, default: 0] += 1
        if response.status >= 500 { noteSilence(response) } else { noteSound(response) }
        guard let endpoint else { return }
        latencies[endpoint, default: Histogram()].record(us: response.tookUs)
    }

    private mutating func noteSilence(_ response: Response) {
        let firstNs = openOutage?.firstNs ?? response.sentNs
        let lastNs = max(openOutage?.lastNs ?? .min, response.receivedNs)
        openOutage = Outage(firstNs: firstNs, lastNs: lastNs)
    }

    /// An answer ends an outage only if it was asked for after the last failure.
    private mutating func noteSound(_ response: Response) {
        guard let outage = openOutage, response.sentNs > outage.lastNs else { return }
        openOutage = nil
        if endedOutages.count < Self.outagesMax {
            endedOutages.append(outage)
        } else {
            endedOutages[endedOutages.count - 1].lastNs = outage.lastNs
        }
    }
}
