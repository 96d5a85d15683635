import Engines
import Redis
import Values

extension SeatStore {
    /// Takes over what the ledger now says of a performance; `former` is what it said before, nil
    /// for a new one. A performance that has changed its room takes its sold seats with it; its
    /// holds find back when they are paid.
    func configure(_ performance: Performance, former: Performance? = nil)
        async throws(StoreError)
    {
        if let former, former.room != performance.room {
            _ = try await redis.reply(
                to: scripts[.drop],
                keys: keys(of: former).all,
                [.string(former.id.raw)]
            )
        }
        let settings = SeatFields.settings(of: performance, retainMs: retainMs)
        _ = try await run(scripts[.configure], performance, settings)
    }
}
