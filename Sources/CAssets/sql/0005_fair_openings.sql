-- What makes an opening fair. One text for both engines, see 0001_ledger.sql.

-- Codes that let visitors into a lane of a room. `code` is the SHA-256 of the room and the code:
-- who reads the ledger, or a copy of it, cannot use what is in it.
create table lane_codes (
  room text not null,
  code text not null,
  lane text not null,
  -- How many visitors may use it; null: any number.
  uses_max bigint,
  -- How many have. Each use is a row of `lane_members`, written in the same entry.
  uses bigint not null default 0,
  made_at_ms bigint not null,
  constraint lane_codes_room_code primary key (room, code),
  constraint lane_codes_room foreign key (room) references rooms (room),
  constraint lane_code_uses check (uses >= 0 and (uses_max is null or uses <= uses_max))
);

-- Who is a member of which lane, and by which code: one lane to a visitor of a room. `code` is
-- written as null, and so refused, when it is the one that the visitor has used already.
create table lane_members (
  room text not null,
  user_id text not null,
  lane text not null,
  code text not null,
  since_ms bigint not null,
  constraint lane_members_room_user_id primary key (room, user_id),
  constraint lane_members_code foreign key (room, code) references lane_codes (room, code)
);
create index lane_members_by_code on lane_members (room, code);
