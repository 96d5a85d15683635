/// The report for programs: the same figures; times in the unit the name ends with.
enum ReportJSON {
    static func write(_ report: Report) -> [UInt8] {
        var text = JSONText()
        text.object { text in
            text.add("url", report.options.url)
            text.add("room", report.roomName)
            text.add("seed", String(report.options.seed))
            text.add("visitors", report.options.visitors)
            text.add("elapsedMs", Int(report.elapsedMs))
            text.add("broken", report.isBroken)
            text.add("unfinished", report.unfinished)
            text.object("fates") { text in
                for fate in Visitor.Fate.allCases {
                    text.add(fate.rawValue, report.fates[fate] ?? 0)
                }
            }
            text.add("admitted", report.admitted)
            text.add("admittedPerSecond", report.admittedPerSecond)
            write(report.timeToAdmission, "timeToAdmission", &text)
            write(report.refill, "refillSeen", &text)
            text.object("freePlaces") { text in
                text.add("looks", report.freePlaces.looks)
                text.add("free", report.freePlaces.free)
                text.add("longestMs", Double(report.freePlaces.longestNs) / 1e6)
            }
            text.object("latency") { text in
                for endpoint in Endpoint.allCases {
                    guard let latency = report.latencies[endpoint] else { continue }
                    write(latency, endpoint.rawValue, &text)
                }
            }
            report.estimates.write(&text)
            report.purchases?.write(&text)
            writeTraffic(report, &text)
            write(report.promises, &text)
        }
        return text.bytes + [UInt8(ascii: "\n")]
    }

    private static func writeTraffic(_ report: Report, _ text: inout JSONText) {
        text.add("requests", report.exchanges)
        text.add("connectionsOpened", report.connectionsOpened)
        text.add("ownLagMaxMs", Double(report.ownLagMaxNs) / 1e6)
        text.add("ownWaitMaxMs", Double(report.ownWaitMaxNs) / 1e6)
        text.add("positionGrowths", report.positionGrowths)
        text.object("documents") { text in
            text.add("waitingMax", report.room.waitingMax)
            text.add("insideMax", report.room.insideMax)
            text.add("admittedLast60sMax", report.room.admittedLast60sMax)
        }
        writeAnswers(report.statuses, report.failures, report.unreadable, &text)
        write(report.outages, startNs: report.startNs, &text)
    }

    static func writeAnswers(
        _ statuses: [Int: Int],
        _ failures: [ExchangeFailure: Int],
        _ unreadable: Int,
        _ text: inout JSONText
    ) {
        text.object("answers") { text in
            for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
                text.add(String(status), count)
            }
        }
        text.object("failures") { text in
            for failure in ExchangeFailure.allCases {
                text.add(failure.rawValue, failures[failure] ?? 0)
            }
            text.add("unreadable", unreadable)
        }
    }

    static func write(_ outages: [Observer.Outage], startNs: Int64, _ text: inout JSONText) {
        text.list("outages") { text in
            for outage in outages {
                text.object { text in
                    text.add("firstMs", Int((outage.firstNs - startNs) / 1_000_000))
                    text.add("lastMs", Int((outage.lastNs - startNs) / 1_000_000))
                }
            }
        }
    }

    static func write(_ promises: [Promise], _ text: inout JSONText) {
        text.list("promises") { text in
            for promise in promises {
                text.object { text in
                    text.add("code", promise.code)
                    text.add("title", promise.title)
                    text.add("verdict", promise.verdict.rawValue)
                    text.add("figures", promise.figures)
                }
            }
        }
    }

    static func write(_ histogram: Histogram, _ name: String, _ text: inout JSONText) {
        text.object(name) { text in
            text.add("count", histogram.count)
            for (name, part) in [("p50Ms", 0.5), ("p90Ms", 0.9), ("p99Ms", 0.99)] {
                text.add(name, histogram.quantile(part).map { Double($0) / 1_000 })
            }
            text.add("maxMs", Double(histogram.largestUs) / 1_000)
        }
    }
}
