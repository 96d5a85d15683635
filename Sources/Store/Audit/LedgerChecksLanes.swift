import SQL

extension LedgerCheck {
    /// Codes of lanes, and who has used them.
    static let lanes: [LedgerCheck] = [
        LedgerCheck(
            promise: "a code of a lane is used by as many as it allows, each once",
            looked: "select count(*) from lane_members",
            unit: "members",
            // Who has changed to another lane has used a code and is no member by it any more.
            breaks: """
                select c.room || ' ' || c.lane || ' ' || c.code from lane_codes c
                where c.uses > c.uses_max or c.uses < (select count(*) from lane_members m
                  where m.room = c.room and m.code = c.code)
                union all
                select m.room || ' ' || m.user_id from lane_members m
                left join lane_codes c on c.room = m.room and c.code = m.code and c.lane = m.lane
                where c.code is null
                union all
                select room || ' ' || user_id from lane_members
                group by room, user_id having count(*) > 1
                """
        )
    ]
}
