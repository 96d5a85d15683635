import Engines
import Values

extension LineReader {
    /// What looks have told is good for this long, ms.
    private static let staleMs: Int64 = 1_000

    /// Learns from a look at the line.
    func learn(_ raw: ReplyReader, _ reply: LineReply) throws(StoreError) {
        try learn(raw, reply.head) { .takenFrom(&$0, waiting: reply.waiting) }
    }

    /// Learns from an enter what is new to a loop that has not looked at the line for a while, or
    /// never: in the first burst the places fill up from one call to the next.
    func learn(entering raw: ReplyReader) throws(StoreError) {
        let head = try raw.head()
        if let forecaster, head.generation == forecastGeneration, copy.generation >= 0,
            head.nowMs - forecaster.atMs < Self.staleMs
        {
            return
        }
        try learn(raw, head) { copy in
            LineChange(waiting: Int64(copy.count), quits: 0, returned: [], heads: nil)
        }
    }

    private func learn(
        _ raw: ReplyReader,
        _ head: RoomHead,
        _ change: (inout LineCopy) -> LineChange
    ) throws(StoreError) {
        if head.generation != forecastGeneration { forecaster = nil }
        forecastGeneration = head.generation
        let text = try raw.bytes(RoomHead.outflowIndex)
        guard !text.isEmpty else { return }
        let outflow = RoomOutflow(
            text,
            atMs: head.nowMs,
            state: head.state,
            openingMs: head.openingMs
        )
        guard let outflow else { throw .broken("the outflow of a room") }
        let change = change(&copy)
        if forecaster == nil {
            forecaster = WaitForecaster(outflow)
        } else {
            forecaster?.learn(outflow, change)
        }
    }
}

extension LineChange {
    fileprivate static func takenFrom(_ copy: inout LineCopy, waiting: Int64) -> LineChange {
        let change = copy.takeChange()
        return LineChange(
            waiting: waiting,
            quits: change.quits,
            returned: change.returned,
            heads: copy.heads
        )
    }
}

extension RoomStore {
    /// Tells somebody who waits how long that will be.
    func forecast(_ place: PlaceReply, in room: RoomID) -> WaitForecaster.Forecast {
        lines[room]?.forecaster?.tell(
            ahead: place.before,
            sequence: place.sequence,
            pollMs: place.pollAfterMs
        ) ?? WaitForecaster.Forecast()
    }
}
