import Ledger
import SQL

extension LedgerCheck {
    /// Codes of lanes, and who has used them.
    static let lanes: [LedgerCheck] = [
        LedgerCheck(
            promise: "a code of a lane is used by as many as it allows, each once",
            looked: "select count(*) from lane_members",
            unit: "members",
            // Uses from before 0008_lane_uses.sql by visitors who changed lanes have no row.
            breaks: """
                select c.room || ' ' || c.lane || ' ' || c.code from lane_codes c
                where c.uses > c.uses_max or c.uses < (select count(*) from lane_uses u
                  where u.room = c.room and u.code = c.code)
                union all
                select m.room || ' ' || m.user_id from lane_members m
                left join lane_uses u on u.room = m.room and u.user_id = m.user_id
                  and u.lane = m.lane and u.code = m.code
                left join lane_codes c on c.room = u.room and c.code = u.code and c.lane = u.lane
                where c.code is null
                union all
                select room || ' ' || user_id from lane_members
                group by room, user_id having count(*) > 1
                """
        )
    ]
}
