import SQL
import Values

/// How boards are summed up from the truth, by the words of the ones in Redis
/// (`redis/lib/board.lua`).
///
/// They agree to the last place as far as the processes' clocks do: of a member that is given back
/// wholly and sold again, Redis takes the changes in the order of the commits, this by instants.
extension SumLedger {
    /// Units of each member, and the instant of the last change of them.
    static func sums(
        of board: BoardID,
        in span: StandingsSpan,
        among members: SummedMembers = .all
    ) -> SQL {
        switch board {
        case .concerts:
            """
            select performance as member, cast(sum(\(kept("b.seat_count", in: span))) as bigint)
                as units, max(\(reached(in: span))) as reached
            from payments b
            where \(sold(in: span)) \(members.condition("performance")) group by performance
            """
        case .products:
            """
            select l.product as member, cast(sum(\(kept("l.quantity", in: span))) as bigint)
                as units, max(\(reached(in: span))) as reached
            from orders b join order_lines l on l.order_id = b.order_id
            where \(sold(in: span)) \(members.condition("l.product")) group by l.product
            """
        default:
            scores(board, in: span, members)
        }
    }

    /// Sales that the span counts; a rolling one also those that it has counted when they were
    /// given back, for that was a change of it.
    private static func sold(in span: StandingsSpan) -> SQL {
        let startMs = span.isRolling ? span.startMs - BoardLimits.dayMs : span.startMs
        return "b.paid_at_ms >= \(startMs) and b.paid_at_ms < \(span.endMs)"
    }

    private static func kept(_ units: SQL, in span: StandingsSpan) -> SQL {
        let isKept: SQL =
            span.isRolling ? "b.cancels = 0 and b.paid_at_ms >= \(span.startMs)" : "b.cancels = 0"
        return "case when \(isKept) then \(units) else 0 end"
    }

    private static func reached(in span: StandingsSpan) -> SQL {
        let (bucket, buckets) = (ScoreBatch.bucketMs, ScoreBatch.buckets)
        // What was over when it was given back is no change of the last hours.
        let isChange: SQL =
            span.isRolling
            ? "and b.paid_at_ms / \(bucket) > b.cancelled_at_ms / \(bucket) - \(buckets)" : ""
        return """
            case when b.cancelled_at_ms > b.paid_at_ms \(isChange) then b.cancelled_at_ms
              else b.paid_at_ms end
            """
    }

    /// What was before the last `set` of a member within the span does not count. A change is what
    /// changes the units: not to add 0, nor to set what is there. A member that comes back from
    /// nothing reaches its units anew; in the last hours it keeps the greatest instant there.
    private static func scores(
        _ board: BoardID,
        in span: StandingsSpan,
        _ members: SummedMembers
    ) -> SQL {
        let counts: SQL = span.isRolling ? "" : "and (last_none is null or event > last_none)"
        return """
            select member, cast(sum(units - former) as bigint) as units,
              max(case when units <> former \(counts) then at_ms end) as reached
            from (
              select member, event, at_ms, units,
                lag(units, 1, 0) over (partition by member order by event) as former,
                max(case when units = 0 then event end) over (partition by member) as last_none
              from (
                select member, event, at_ms,
                  sum(units) over (partition by member, sets order by event) as units
                from (
                  select member, event, at_ms, units,
                    sum(case when change = 'set' then 1 else 0 end)
                      over (partition by member order by event) as sets
                  from score_events where \(changed(board, in: span, members))
                ) as changes
              ) as sums
            ) as steps
            group by member
            """
    }

    private static func changed(
        _ board: BoardID,
        in span: StandingsSpan,
        _ members: SummedMembers
    ) -> SQL {
        // Of some members by their index: with the plus the one of instants does not come into
        // question, of which each slice of a long list would read all.
        let at: SQL = if case .all = members { "at_ms" } else { "+at_ms" }
        return """
            board = \(board.raw) and \(at) >= \(span.startMs) and \(at) < \(span.endMs)
              \(members.condition("member"))
            """
    }
}
