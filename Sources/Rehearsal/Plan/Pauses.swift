/// How long visitors wait before they try again.
enum Pauses {
    private static let firstMs = 100
    private static let maxMs = 5_000

    static func ms(afterFailures failures: Int) -> Int { min(firstMs << min(failures, 6), maxMs) }
}
