/// A strict reader of the Prometheus text exposition format 0.0.4: what it does not expect, it
/// refuses with the line.
struct PrometheusText {
    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Family {
        let type: String
        let help: String
        var samples: [Sample] = []
    }

    struct Malformed: Error { let line: String, reason: String }

    private(set) var families: [String: Family] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "", reason: "no last line end") }
        var help: (name: String, text: String)?
        var current: String?
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP "), words.count == 4 {
                guard families[words[2]] == nil else {
                    throw Malformed(line: String(line), reason: "a second family of this name")
                }
                help = (words[2], words[3])
            } else if line.hasPrefix("# TYPE "), words.count == 4 {
                guard let text = help, text.name == words[2] else {
                    throw Malformed(line: String(line), reason: "no HELP before it")
                }
                guard ["counter", "gauge", "histogram"].contains(words[3]) else {
                    throw Malformed(line: String(line), reason: "unknown type")
                }
                families[words[2]] = Family(type: words[3], help: text.text)
                current = words[2]
            } else {
                let sample = try Self.sample(String(line))
                guard let name = current, let family = families[name],
                    Self.names(name, family.type).contains(sample.name)
                else { throw Malformed(line: String(line), reason: "outside its family") }
                let isTwice = family.samples.contains {
                    $0.name == sample.name && $0.labels == sample.labels
                }
                guard !isTwice else { throw Malformed(line: String(line), reason: "twice") }
                families[name]?.samples.append(sample)
            }
        }
        for (name, family) in families where family.type == "histogram" {
            try Self.checkHistogram(name, family)
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        families[name]?.samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func names(_ name: String, _ type: String) -> [String] {
        type == "histogram" ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
    }

    private static func sample(_ line: String) throws -> Sample {
        var rest = line[...]
        let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" })
        rest = rest.dropFirst(name.count)
        guard name.first?.isLetter == true, name.allSatisfy(\.isASCII) else {
            throw Malformed(line: line, reason: "a name")
        }
        var labels: [String: String] = [:]
        if rest.popFirst() == "{" {
            repeat {
                let key = String(rest.prefix { $0.isLetter || $0 == "_" })
                rest = rest.dropFirst(key.count)
                guard !key.isEmpty, rest.hasPrefix("=\""), labels[key] == nil else {
                    throw Malformed(line: line, reason: "a label")
                }
                rest = rest.dropFirst(2)
                var value = ""
                while let letter = rest.popFirst(), letter != "\"" {
                    value.append(letter)
                    if letter == "\\", let escaped = rest.popFirst() { value.append(escaped) }
                }
                labels[key] = value
            } while rest.first == "," && rest.popFirst() != nil
            guard rest.popFirst() == "}", rest.popFirst() == " " else {
                throw Malformed(line: line, reason: "the labels' end")
            }
        }
        let values = ["+Inf": Double.infinity, "-Inf": -Double.infinity, "NaN": Double.nan]
        guard let value = values[String(rest)] ?? Double(rest), !rest.contains("x"),
            values[String(rest)] != nil || value.isFinite
        else { throw Malformed(line: line, reason: "a value") }
        return Sample(name: name, labels: labels, value: value)
    }

    /// Buckets grow, end at +Inf, and that one is the count.
    private static func checkHistogram(_ name: String, _ family: Family) throws {
        var series: [[String: String]: [Sample]] = [:]
        for sample in family.samples where sample.name.hasSuffix("_bucket") {
            series[sample.labels.filter { $0.key != "le" }, default: []].append(sample)
        }
        for (labels, buckets) in series {
            let bounds = try buckets.map { bucket in
                guard let text = bucket.labels["le"],
                    let bound = text == "+Inf" ? .infinity : Double(text)
                else { throw Malformed(line: name, reason: "a bucket without a bound") }
                return bound
            }
            let count = family.samples.first { $0.name == name + "_count" && $0.labels == labels }
            let sum = family.samples.first { $0.name == name + "_sum" && $0.labels == labels }
            guard bounds == bounds.sorted(), bounds.last == .infinity, let count, sum != nil,
                buckets.map(\.value) == buckets.map(\.value).sorted(),
                buckets.last?.value == count.value
            else { throw Malformed(line: name, reason: "not a histogram: \(labels)") }
        }
    }
}
