import EventLoop

/// Wakes one worker of an actor on its loop. A ring that finds nobody waiting is kept.
final class Bell {
    private let loop: EventLoop
    private var sleeper: PatientCaller?
    private var hasRung = false

    init(on loop: EventLoop) { self.loop = loop }

    func ring() {
        if let sleeper {
            self.sleeper = nil
            sleeper.resume(true)
        } else {
            hasRung = true
        }
    }

    /// Returns when the bell rings, or after `ms`.
    func wait(ms: Int) async {
        if hasRung || ms <= 0 {
            hasRung = false
            return
        }
        _ = await unsafe withUnsafeContinuation { continuation in
            let sleeper = unsafe PatientCaller(continuation)
            sleeper.timer = LoopTimer(on: loop, afterMs: ms) {
                self.sleeper = nil
                sleeper.resume(false)
            }
            self.sleeper = sleeper
        }
    }
}
