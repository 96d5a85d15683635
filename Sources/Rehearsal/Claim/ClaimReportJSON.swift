/// The report of a rush for programs: the same figures; times in the unit the name ends with.
enum ClaimReportJSON {
    static func write(_ report: ClaimReport) -> [UInt8] {
        var text = JSONText()
        text.object { text in
            text.add("url", report.options.url)
            text.add("coupon", report.terms.coupon)
            text.add("seed", String(report.options.seed))
            text.add("visitors", report.options.visitors)
            text.add("elapsedMs", Int(report.elapsedMs))
            text.add("broken", report.isBroken)
            text.add("unfinished", report.unfinished)
            text.object("fates") { text in
                for fate in ClaimFate.allCases {
                    text.add(fate.rawValue, report.fates[fate] ?? 0)
                }
            }
            writeCoupon(report, &text)
            text.object("latency") { text in
                ReportJSON.write(report.latencies.issued, "issued", &text)
                ReportJSON.write(report.latencies.refused, "refused", &text)
                ReportJSON.write(report.documents, "document", &text)
            }
            text.add("requests", report.exchanges)
            text.add("connectionsOpened", report.connectionsOpened)
            text.add("ownLagMaxMs", Double(report.ownLagMaxNs) / 1e6)
            text.add("ownWaitMaxMs", Double(report.ownWaitMaxNs) / 1e6)
            ReportJSON.writeAnswers(report.statuses, report.failures, report.unreadable, &text)
            ReportJSON.write(report.outages, startNs: report.startNs, &text)
            ReportJSON.write(report.promises, &text)
        }
        return text.bytes + [UInt8(ascii: "\n")]
    }

    private static func writeCoupon(_ report: ClaimReport, _ text: inout JSONText) {
        text.add("quantity", report.terms.quantity)
        text.add("issuedBefore", report.terms.issuedBefore)
        text.add("issuedAfter", report.look.view?.issued)
        text.add("issued", report.issued)
        text.add("issuedPerSecond", report.issuedPerSecond)
        text.add("claimsAnswered", report.latencies.answers)
        text.add("claimsPerSecond", report.latencies.answersPerSecond)
        text.object("refusals") { text in
            for (refusal, count) in report.refusals.sorted(by: { $0.key < $1.key }) {
                text.add(refusal, count)
            }
        }
        // From the common start until new owners knew.
        text.object("ownersKnow") { text in
            text.add("count", report.knewMs.count)
            text.add("firstMs", report.knewMs.first.map { Int($0) })
            text.add("milestone", report.milestone?.place)
            text.add("milestoneMs", report.milestone.map { Int($0.ms) })
            text.add("lastMs", report.knewMs.last.map { Int($0) })
        }
    }
}
