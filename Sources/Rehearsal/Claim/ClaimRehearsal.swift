import EventLoop
import Program

extension Rehearsal {
    /// One rush for a coupon on `loop`, which is the caller's executor.
    static func play(
        coupon: String,
        _ options: RehearsalOptions,
        adminKey: String?,
        settleMs: Int = ClaimReader.settleMs,
        on loop: EventLoop
    ) async -> Result<ClaimReport, SetupProblem> {
        let client = CurlClient(on: loop, connections: options.connections)
        let onlooker = CurlClient(on: loop, connections: 1)
        defer {
            client.close()
            onlooker.close()
        }
        let caller = PatientClient(loop: loop, client: client)
        let addresses = CouponAddresses(url: options.url, coupon: coupon, adminKey: adminKey)
        let preparation = CouponPreparation(caller: caller, options: options, addresses: addresses)
        let terms: ClaimBooks.Terms
        switch await preparation.run() {
        case .failure(let problem): return .failure(problem)
        case .success(let found): terms = found
        }
        let stage = ClaimStage(
            on: loop,
            client: client,
            onlooker: onlooker,
            options: options,
            addresses: addresses,
            terms: terms
        )
        var progress = ClaimProgress()
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            stage.play(
                progress: { if !options.isQuiet { Files.toStderr(progress.line(stage)) } },
                end: { unsafe continuation.resume() }
            )
        }
        // Answers on their way still count, and their coupons must be in the lists.
        while client.inFlight + client.queued + onlooker.inFlight > 0 {
            await loop.sleep(ms: 10)
        }
        let reader = ClaimReader(
            caller: caller,
            addresses: addresses,
            options: options,
            settleMs: settleMs
        )
        let look = await reader.read(stage.books)
        return .success(ClaimReport(stage, look))
    }
}
