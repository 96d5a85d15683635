/// How long what is over stays in Redis after the last event in it: rooms, performances, coupons
/// and boards. Then their keys leave by themselves, and who asks brings them back from the ledger.
public enum Retention {
    /// Milliseconds of `days`; 0: for good.
    public static func ms(days: Int) -> Int64 { Int64(days) * 86_400_000 }

    /// A month after the last evening nobody asks any more.
    public static let usualDays = 30
    /// A hundred years.
    public static let daysMax = 36_500

    /// What tools bring to Redis stays as long as what a server does by default.
    public static let usualMs = ms(days: usualDays)
}
