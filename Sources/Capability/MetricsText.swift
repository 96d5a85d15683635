/// Metrics in the Prometheus text exposition format 0.0.4, a family after the other.
package struct MetricsText: Sendable {
    private(set) var text = ""

    package enum Kind: String { case counter, gauge, histogram }

    package init() {}

    package var bytes: [UInt8] { Array(text.utf8) }

    package mutating func append(_ other: MetricsText) { text += other.text }

    /// Opens a family; its samples follow.
    package mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// `labels` as `{room="A"}`, quoted already; a suffix of the name may stand in front.
    package mutating func sample(_ name: String, _ labels: String = "", _ value: some Any) {
        text += name
        text += labels
        text += " \(value)\n"
    }

    /// A family of one sample.
    package mutating func single(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ value: some Numeric
    ) {
        family(name, kind, help)
        sample(name, "", value)
    }
}
