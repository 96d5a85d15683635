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

-- Draws of the order in which a room opens, one for each room that was ever told to draw. Hashes
-- and seeds are hexadecimal digits.
create table room_draws (
  room text not null,
  -- 32 random bytes, secret until the draw is done; and their SHA-256, public from the start.
  seed text not null,
  seed_hash text not null,
  -- The opening the draw was for; who stands in line with a sequence of up to `cut` takes part.
  opening_ms bigint,
  cut bigint,
  -- The list of entrants grows page by page until its root is here; it never changes after that.
  pages bigint not null default 0,
  entrants bigint not null default 0,
  root text,
  -- When the drawn order was in force; the seed is public from then on.
  drawn_at_ms bigint,
  constraint room_draws_room primary key (room),
  constraint draw_pages_after_cut check (cut is not null or pages = 0 and root is null),
  constraint drawn_after_root check (drawn_at_ms is null or root is not null)
);

-- 1,024 entrants each but the last, in the order of their sequences. A page of a Merkle tree over
-- all of them: `hash` is the root of the subtree over its leaves.
create table draw_pages (
  room text not null,
  page bigint not null,
  first_sequence bigint not null,
  last_sequence bigint not null,
  -- base64url of the sequences, 8 bytes each, big-endian, and of the leaves, 32 bytes each.
  sequences text not null,
  leaves text not null,
  hash text not null,
  constraint draw_pages_room_page primary key (room, page),
  constraint draw_pages_room foreign key (room) references room_draws (room)
);
