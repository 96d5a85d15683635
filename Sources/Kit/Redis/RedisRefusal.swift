import EventLoop
import Logging

/// A Redis that answers and does not do its work.
struct RedisRefusal {
    /// The first word of its answer.
    let code: String
    /// Asks from time to time whether it works again.
    let timer: LoopTimer
}

extension RedisConnection {
    /// How often a Redis that refuses is asked whether it works again.
    private static let probeEveryMs = 500
    /// Written by nobody else, and gone a second later. A write, for a Redis that is full or read
    /// only still answers reads.
    private static let probeKey = "onsale:probe"

    func refused(_ text: String) {
        guard phase == .available else { return }
        // Another is the primary by now, or will be soon.
        if sentinels != nil, text.hasPrefix("READONLY") { return leave(text) }
        Log.warn("redis_refuses", [("redis", "\(endpoint)"), ("reply", text)])
        guard refusal == nil else { return }
        // It may have become another's replica, and be on its own again before it is asked.
        noteOpening()
        let timer = LoopTimer(
            on: loop,
            afterMs: Self.probeEveryMs,
            repeatMs: Self.probeEveryMs
        ) {
            Task(executorPreference: self.loop) { await self.probe() }
        }
        refusal = RedisRefusal(code: String(text.prefix { $0 != " " }), timer: timer)
    }

    private func probe() async {
        // A refusal is counted and logged where replies arrive.
        guard refusal != nil else { return }
        do throws(RedisError) {
            _ = try await send("SET", Self.probeKey, "1", "PX", "1000")
        } catch {
            return
        }
        guard refusal != nil else { return }
        endRefusal()
        // A replica that was cut off may work again with what it had then.
        noteOpening()
        Log.info("redis_works", [("redis", "\(endpoint)")])
    }

    func endRefusal() {
        refusal?.timer.cancel()
        refusal = nil
    }
}
