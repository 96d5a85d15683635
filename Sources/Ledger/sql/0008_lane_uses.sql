-- Which lanes a visitor has spent a code for. One text for both engines, see 0001_ledger.sql.

-- A visitor spends one code for each lane, whatever other codes they show before or after.
-- `lane_members` says in which of their lanes they stand; each use that `lane_codes` counts is a
-- row of this table, written in the same entry.
create table lane_uses (
  room text not null,
  user_id text not null,
  lane text not null,
  code text not null,
  at_ms bigint not null,
  constraint lane_uses_room_user_id_lane primary key (room, user_id, lane),
  constraint lane_uses_code foreign key (room, code) references lane_codes (room, code)
);
create index lane_uses_by_code on lane_uses (room, code);

-- Earlier uses by visitors who have changed lanes since are counted in `lane_codes` only.
insert into lane_uses (room, user_id, lane, code, at_ms)
  select room, user_id, lane, code, since_ms from lane_members;
