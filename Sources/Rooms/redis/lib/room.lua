-- The room's machine. It stands in front of the functions room_*, which say what happens; this
-- says what a room is.
--
-- KEYS[1] hash    room: settings, generation, sequence, counters; its stock, see lib/stock.lua, and
--                 its lanes, see lib/lanes.lua
-- KEYS[2] zset    waiting: user by sequence
-- KEYS[3] zset    inside: user by end of session, ms
-- KEYS[4] zset    skipped: user by end of grace, ms
-- KEYS[5] hash    tickets: user -> record of a live visitor
--                   w<ms>          waiting; absent after ms
--                   r<ms>          the same, returned after having been skipped
--                   a<seq> <ms>    inside; ms is the hard end of the session
--                   u<seq> <ms> <heard by>   let in, and has not asked since: see `hear`
--                   s<seq>         skipped
-- KEYS[6] list    recent: "<ms> <admitted> <passed over>" per call, the last 60 s, oldest first
-- KEYS[7] hash    ended in this half hour: user -> d done, l left, x expired
-- KEYS[8] hash    ended in the half hour before
-- KEYS[9] stream  journal of admissions (a user, s seq, x hard end, t now) and of ends of sessions
--                 (e user, s seq, x hard end, t now, c d|l|x). Where a visitor does not hear of
--                 their admission at once it has b, heard by, too; and when they have heard, their
--                 session begins (h, as a). Ids are <generation>-<number>, the number without
--                 gaps: a reader sees what it missed
-- KEYS[10] stream moves of the line, for whoever keeps a copy of it (room_line); ids as above,
--                 an entry per call, m its moves in their order, separated by spaces:
--                   h<seq>  everybody up to seq in this lane has left the line
--                   -<seq>  one has    +<seq>  one has come back    r<seq> after being skipped
--                   o<seq>  a session is over
--                   D       the line was drawn: everybody may stand elsewhere
--                 Newcomers are not among them: they stand behind everybody else of their lane.
--
-- Sequences: Rooms/Domain/LineSequence.swift. The clock's are microseconds, moved up so that none
-- is given twice. Write them with %.0f, `..` would round them. None is above the lease that the
-- ledger keeps: a new generation starts above that.
local ROOM, WAITING, INSIDE, SKIPPED, TICKETS, RECENT, ENDED, ENDED_BEFORE, LOG, MOVES

local LANE_SPAN, CLOCK_START = 2251799813685248, 1125899906842624

-- Visitors that one call ends and admits at most, 0.8 ms of work; no fewer than one call may bring
-- (VisitQuery.callMax), so that whoever comes to free places is in at once.
local SLICE = 128
-- Admissions, beginnings and ends the journal keeps: what may happen while nobody can write them
-- down. 10,000 sessions of three entries.
local LOG_MAX = 30000
-- Calls whose moves are kept: a copy of the line that is further behind is made anew.
local MOVES_MAX = 10000
-- What visitors are told to wait between two polls, ms.
local POLL_MIN, POLL_MAX = 1000, 30000
-- A visitor is absent after two polls and this, ms.
local SLACK = 5000
local WINDOW = 60000
-- How visits ended is remembered for this, ms, and up to twice as long; and for this long after a
-- generation began do tickets of earlier ones give their place back. So none gives it back twice.
local HALF_HOUR = 1800000
-- The last sequences of a lease, 10 s of them, are not given by the clock but one by one: when the
-- ledger cannot lease more, ten million newcomers still find their place in order.
local LEASE_TAIL = 10000000

local WAITING_CODE, ADMITTED_CODE, SKIPPED_CODE = 1, 2, 3
local ENDED_CODES = { d = 4, l = 5, x = 6 }
local CLOSED_CODE, SOLD_OUT_CODE, FULL_CODE, UNLEASED_CODE = 11, 12, 13, 14
local STATE_CODES = { open = 1, paused = 2, draining = 3, closed = 4, sold_out = 5 }
local SHOW_CODES = { exact = 1, band = 2, hidden = 3 }

local now_us, now
-- Fields that every call reads that only looks; and those that nearly every call reads that moves
-- somebody. A field costs 0.4 us with others and 1 us alone: the others are read when they are
-- asked for.
local LOOKING = {
  'gen', 'state', 'show', 'order', 'lanes', 'restoring', 'opening', 'recent', 'passed', 'oldest',
  'idle', 'rescored',
}
local MOVING = {
  'capacity', 'rate', 'session', 'recover', 'seq', 'lease', 'ver', 'ended_at', 'unsold', 'admitted',
  'retires', 'ceiling',
}
for i = 1, #LOOKING do MOVING[#MOVING + 1] = LOOKING[i] end
local TEXTS = { state = true, show = true, order = true, lanes = true, reopen = true }
-- A field that the hash does not have is false.
local function value_of(field, value)
  return TEXTS[field] and value or tonumber(value) or false
end
local fields_on_demand = { __index = function(fields, field)
  local value = value_of(field, redis.call('HGET', ROOM, field))
  fields[field] = value
  return value
end }
local room, dirty, moves, waiting_count, lane_counts
-- Whether this call changed anybody's place, and whether somebody came back into the line, ahead of
-- others.
local moved, rejoined
-- Whether it wrote down how a visit ended.
local notes_ended
-- Who asks in this very call, by name, and hears its outcome.
local asking

local function begin()
  ROOM, WAITING, INSIDE, SKIPPED, TICKETS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
  RECENT, ENDED, ENDED_BEFORE, LOG, MOVES = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
  local time = redis.call('TIME') -- guard: clock
  now_us = time[1] * 1000000 + time[2]
  now = math.floor(now_us / 1000)
  room, dirty, moves, waiting_count, lane_counts = nil, {}, {}, nil, nil
  moved, rejoined, notes_ended, asking = false, false, false, {}
end

-- A room that draws has these fields beside its settings:
--   cut      the highest sequence at the opening: whoever has one up to it takes part
--   cut_for  the opening that the cut is of
--   bound    1: the ledger has the cut, and a later opening makes no other
--   drawn    1: the drawn order is in force
-- The first script at or after the opening makes the cut, before it gives anybody a place. With
-- nobody in line the drawn order is in force at once, of nobody; of a line that was lost nobody
-- knows that yet. Whoever comes after it stands in order, also if the opening is moved then.
local function load_draw()
  local cut, cut_for, bound, drawn =
    unpack(redis.call('HMGET', ROOM, 'cut', 'cut_for', 'bound', 'drawn'))
  local has_late = drawn == '1' and room.seq > tonumber(cut) -- guard: late
  if cut and not (bound or has_late) and tonumber(cut_for) ~= room.opening then
    redis.call('HDEL', ROOM, 'cut', 'cut_for', 'drawn')
    cut, drawn = nil, nil
  end
  if room.opening > 0 and now >= room.opening and not cut and not room.restoring then
    -- Not 0, which is none.
    cut = string.format('%.0f', math.max(1, room.seq))
    local is_empty = now >= room.recover and redis.call('EXISTS', WAITING) == 0
    drawn = is_empty and '1' or '0'
    redis.call('HSET', ROOM, 'cut', cut, 'cut_for', room.opening, 'drawn', drawn)
  end
  room.cut = tonumber(cut) or false
  room.undrawn = room.opening > 0 and drawn ~= '1'
end

-- False when Redis does not know the room, or not yet all that the ledger knows of it: then
-- whoever asks brings it back (room_recover, room_restore).
local function load(fields, even_restoring)
  fields = fields or MOVING
  local values = redis.call('HMGET', ROOM, unpack(fields))
  room = { cut = false, undrawn = false }
  for i, field in ipairs(fields) do room[field] = value_of(field, values[i]) end
  if not room.gen then return false end
  setmetatable(room, fields_on_demand)
  room.lanes_text = room.lanes or ''
  room.lanes = read_lanes(room.lanes_text) or false
  if room.order == 'draw' then load_draw() end
  return even_restoring or not room.restoring -- guard: restoring
end

local function set(field, value)
  room[field] = value
  dirty[field] = value
end

local function note_move(kind, seq) moves[#moves + 1] = string.format('%s%.0f', kind, seq) end

local function save_moves()
  redis.call('XADD', MOVES, 'MAXLEN', '~', MOVES_MAX, string.format('%.0f-*', room.gen), 'm',
    table.concat(moves, ' '))
  moved = true
end

-- What stays of a room that rests goes at `retires`, all of it at once: a journal that outlived or
-- survived its room would number its entries from the start again. See room_rest.
local function lasting_keys() return { ROOM, LOG, MOVES } end

-- A room where something happens stays for good.
local function keep_for_good()
  if not room.retires then return end
  stay(lasting_keys()) -- guard: stays
  redis.call('HDEL', ROOM, 'retires')
  room.retires = false
end

local function save()
  if #moves > 0 then save_moves() end -- guard: moves
  local changes = {}
  for field, value in pairs(dirty) do
    changes[#changes + 1] = field
    changes[#changes + 1] = value
  end
  if notes_ended then redis.call('PEXPIRE', ENDED, 2 * HALF_HOUR) end
  if #changes == 0 and not moved then return end
  keep_for_good()
  room.ver = room.ver + 1
  redis.call('HSET', ROOM, 'ver', room.ver, unpack(changes))
end

local function waiting()
  if not waiting_count then waiting_count = redis.call('ZCARD', WAITING) end
  return waiting_count
end

local function lane_of(seq) return math.floor(seq / LANE_SPAN) end

-- The range of a lane's sequences, as Redis takes it.
local function range_of(lane)
  return string.format('%.0f', lane * LANE_SPAN), string.format('(%.0f', (lane + 1) * LANE_SPAN)
end

-- The same sequence in another lane: the time of arrival stays.
local function in_lane(seq, lane) return seq % LANE_SPAN + lane * LANE_SPAN end

local function waiting_in(lane)
  if not lane_counts then
    lane_counts = {}
    for n = 0, LANES - 1 do lane_counts[n] = redis.call('ZCOUNT', WAITING, range_of(n)) end
  end
  return lane_counts[lane]
end

local function counts_by_lane()
  waiting_in(0)
  return lane_counts
end

-- How many stand before somebody in their lane, and how many leave the line before them.
local function place_of(user, seq)
  local rank = redis.call('ZRANK', WAITING, user)
  if not room.lanes and seq < LANE_SPAN then return rank, rank end
  local lane = lane_of(seq)
  for n = 0, lane - 1 do rank = rank - waiting_in(n) end
  if not room.lanes then return rank, rank end
  return rank, turns_before(room.lanes, counts_by_lane(), lane, rank)
end

-- Departures from the head of the line, measured over the last 60 s: how many in how many ms (10 s
-- at least, so that a first burst does not promise the same for ever); 0 when unknown.
local function departures()
  local left = room.recent + room.passed
  if left <= 0 or now - room.oldest > 2 * WINDOW then return 0, 1 end
  return left, math.max(10000, math.min(WINDOW, now - room.oldest))
end

-- The same per ms.
local function measured_outflow()
  local left, span = departures()
  return left / span
end

-- What estimates are made of (Onsale/Rooms/Forecast), -1 where there is no limit: admitted ever,
-- admitted and passed over in the last 60 s, since when, inside, capacity, rate, length of a
-- session in ms, whom the stock is enough for, and the end of a recovery. To read all that costs a
-- look 6 us, so it is told only now and then.
local function outflow()
  local served = room.unsold and served_by(room.unsold, room.basket) or -1
  return string.format('%.0f %d %d %.0f %d %d %d %.0f %d %.0f', room.admitted, room.recent,
    room.passed, room.oldest, redis.call('ZCARD', INSIDE), room.capacity or -1, room.rate or -1,
    room.session * 1000, served, room.recover or 0)
end

-- When a visitor should ask again before whom `rank` people leave, ms: soon near the head, else
-- after a tenth of the wait; far back rarely enough that the whole line asks 20,000 times a second
-- at most. The caller spreads it by +-10 %, so that a wave does not stay a wave. In a room that is
-- sold out: rarely, for something may come back, and then they are first.
local function poll_after(rank)
  if room.state == 'sold_out' then return POLL_MAX end -- guard: returns
  local poll = POLL_MIN + 20 * rank
  local outflow = measured_outflow()
  if outflow > 0 then poll = math.min(poll, rank / outflow / 10) end
  if now < room.opening then poll = math.max(poll, (room.opening - now) / 10) end
  if rank >= 1000 then poll = math.max(poll, waiting() / 20) end
  return math.floor(math.max(POLL_MIN, math.min(POLL_MAX, poll)))
end

-- Seen now and told to come back after `poll`, 10 % more at most: absent from this instant on,
-- which is two polls, SLACK, and half a poll on top, because a record is written only when it has
-- grown old by that half.
local function deadline(poll) return math.floor(now + 2.75 * poll + SLACK) end

-- Writes that a waiting visitor was seen, if the record has grown old; answers the record.
local function seen(user, record, poll)
  if now + 2.25 * poll + SLACK > tonumber(string.sub(record, 2)) then -- guard: seen
    record = string.sub(record, 1, 1) .. deadline(poll)
    redis.call('HSET', TICKETS, user, record)
  end
  return record
end

-- When a session of `hard` end lapses that showed a sign of life at `from`, or now: idle sessions
-- end between idle and 9/8 of it, because signs of life are written only when an eighth of it has
-- passed.
local function lapse(hard, from)
  if not room.idle then return hard end
  return math.min(hard, (from or now) + math.floor(room.idle * 1125))
end

-- A visitor who is let in while they do not ask hears of it with their next poll. They ask until
-- `heard_by`, the instant at which they would have been absent in line: they were told a poll P,
-- 1.1 P with the spread, at most 0.5 P after `heard_by` was written as 2.75 P + SLACK from then;
-- so at least 1.15 P + SLACK are left. Their session begins when they ask, and at `heard_by` at
-- the latest: one who never comes keeps a place 2.75 x POLL_MAX + SLACK = 87.5 s longer at most,
-- 7.75 s near the head.
local function latest_end(hard, heard_by) return math.max(hard, heard_by + room.session * 1000) end

-- Extends an idle limit, if the session has grown old; to the hard end in any case: that was told.
local function alive(user, hard)
  if not room.idle then return end
  local ends = lapse(hard)
  local gain = ends - tonumber(redis.call('ZSCORE', INSIDE, user))
  if gain >= room.idle * 125 or ends == hard and gain > 0 then -- guard: end
    redis.call('ZADD', INSIDE, 'XX', ends, user)
  end
end

-- Remembers the latest time of arrival, so that nobody is given an earlier one.
local function note_arrival(seq)
  local rest = seq % LANE_SPAN
  if rest >= CLOCK_START and rest > room.seq then set('seq', rest) end
end

-- How many of those in line were skipped before: they are told so until they are let in.
local function count_returned(kind, change)
  if kind == 'r' then set('returned', math.max(0, (room.returned or 0) + change)) end
end

local function stand_in_line(user, seq, kind, poll)
  local record = kind .. deadline(poll)
  count_returned(kind, 1)
  redis.call('ZADD', WAITING, seq, user)
  redis.call('HSET', TICKETS, user, record)
  waiting_count, lane_counts = nil, nil
  note_arrival(seq)
  moved = true
  return record
end

-- Somebody whose place is not behind everybody else's; `kind` as in their record. Whose lane is
-- gone stands in the line itself.
local function come_back(user, seq, kind)
  rejoined = true
  if seq >= LANE_SPAN and not (room.lanes and room.lanes[lane_of(seq)]) then -- guard: lanes
    seq = in_lane(seq, 0)
  end
  note_move(kind == 'r' and 'r' or '+', seq)
  return stand_in_line(user, seq, kind, POLL_MIN)
end

-- Moves somebody who waits to another lane: to where they stood in it, had they come into it.
local function change_lane(user, record, seq, lane)
  note_move('-', seq)
  local kind = string.sub(record, 1, 1)
  note_move(kind == 'r' and 'r' or '+', in_lane(seq, lane))
  redis.call('ZADD', WAITING, in_lane(seq, lane), user)
  lane_counts, moved, rejoined = nil, true, true
end

-- Those whose lane is gone stand in the line itself from now on, SLICE of them at most. Answers
-- whether there may be more.
local function fold_lanes()
  local last = redis.call('ZREVRANGE', WAITING, 0, 0, 'WITHSCORES')[2]
  if not last or tonumber(last) < LANE_SPAN then return false end
  local folded = 0
  for lane = 1, LANES - 1 do
    if not (room.lanes and room.lanes[lane]) then -- guard: folding
      local from, to = range_of(lane)
      local there = redis.call('ZRANGEBYSCORE', WAITING, from, to, 'WITHSCORES', 'LIMIT', 0,
        SLICE - folded)
      for i = 1, #there, 2 do
        local record = redis.call('HGET', TICKETS, there[i])
        change_lane(there[i], record, tonumber(there[i + 1]), 0)
      end
      folded = folded + #there / 2
    end
  end
  return folded == SLICE
end

-- Whether the clock has come to the end of the lease: the ledger should lease more before anybody
-- gets a place.
local function is_lease_old() return now_us > (room.lease or 0) - LEASE_TAIL end

-- The sequence of a newcomer: this instant, or the next number. Nil: the lease is used up.
local function next_sequence()
  local seq, lease = room.seq + 1, room.lease or 0
  if not is_lease_old() then seq = math.max(seq, now_us) end
  if seq > lease then return nil end -- guard: lease
  return seq
end

local function write_down(kind, user, seq, hard, ...)
  redis.call('XADD', LOG, 'MAXLEN', '~', LOG_MAX, string.format('%.0f-*', room.gen), kind, user,
    's', seq, 'x', hard, 't', now, ...)
end

-- Until `heard_by` they are expected to hear of it; nil: they hear it now.
local function step_inside(user, seq, hard, heard_by)
  local record, ends = string.format('a%.0f %.0f', seq, hard), lapse(hard)
  if heard_by then
    record = string.format('u%.0f %.0f %.0f', seq, hard, heard_by)
    ends = lapse(latest_end(hard, heard_by), heard_by)
    write_down('a', user, seq, hard, 'b', string.format('%.0f', heard_by))
  else
    write_down('a', user, seq, hard)
  end
  redis.call('ZADD', INSIDE, ends, user)
  redis.call('HSET', TICKETS, user, record)
  moved = true
  return record
end

local function is_inside(record)
  local kind = record and string.sub(record, 1, 1)
  return kind == 'a' or kind == 'u'
end

-- The session of a visitor who hears only now that they were let in begins. The record.
local function hear(user, record)
  local seq, hard, heard_by = string.match(record, 'u(%d+) (%d+) (%d+)')
  if not seq then return record end
  local admitted_hard = tonumber(hard)
  hard = math.max(admitted_hard, math.min(now, tonumber(heard_by)) + room.session * 1000)
  record = string.format('a%s %.0f', seq, hard)
  redis.call('HSET', TICKETS, user, record)
  redis.call('ZADD', INSIDE, 'XX', lapse(hard), user)
  write_down('h', user, seq, hard)
  moved = true
  return record
end

local TOTALS = { d = 'done', l = 'left', x = 'expired' }

-- Ends a live visitor's visit as `code`: d, l or x.
local function finish(user, record, code)
  local kind = string.sub(record, 1, 1)
  if is_inside(record) then
    redis.call('ZREM', INSIDE, user)
    local seq, hard = string.match(record, '(%d+) (%d+)')
    write_down('e', user, seq, hard, 'c', code)
    note_move('o', seq)
  elseif kind == 's' then
    redis.call('ZREM', SKIPPED, user)
  else
    note_move('-', redis.call('ZSCORE', WAITING, user))
    redis.call('ZREM', WAITING, user)
    count_returned(kind, -1)
    waiting_count, lane_counts = nil, nil
  end
  redis.call('HDEL', TICKETS, user)
  redis.call('HSET', ENDED, user, code)
  notes_ended = true
  set(TOTALS[code], room[TOTALS[code]] + 1)
  moved = true
end

-- Sessions with a score up to this are over. Those that `rescore` has not come to, of a score of
-- `rescored` and above, have the score of an idle limit that no longer counts.
local function over_at() return room.rescored and math.min(now, room.rescored - 1) or now end

-- Brings the ends of sessions to the idle limit of now, from the earliest on, `most` at most.
-- Nobody ends sooner than the limit after its change, and nobody later than the limit from now.
-- Answers how many it looked at.
local function rescore(most)
  if not room.rescored then return 0 end
  local from = string.format('%.0f', room.rescored)
  local page = redis.call('ZRANGEBYSCORE', INSIDE, from, '+inf', 'WITHSCORES', 'LIMIT', 0, most)
  local is_same = true
  for i = 1, #page, 2 do
    local user, score = page[i], tonumber(page[i + 1])
    local record = redis.call('HGET', TICKETS, user)
    local hard, heard_by = string.match(record, ' (%d+) ?(%d*)')
    hard, heard_by = tonumber(hard), tonumber(heard_by)
    if heard_by then hard = latest_end(hard, heard_by) end
    local ends = hard
    if room.idle then
      local since_change = math.max(room.idle_at, heard_by or 0) + math.floor(room.idle * 1125)
      ends = math.min(hard, math.max(score, since_change))
      ends = math.min(ends, lapse(hard, math.max(now, heard_by or 0)))
    end
    if ends ~= score then
      redis.call('ZADD', INSIDE, 'XX', ends, user)
      is_same = false
    end
  end
  if #page < 2 * most then
    redis.call('HDEL', ROOM, 'rescored')
    dirty.rescored, room.rescored = nil, false
  else
    -- Of those that end in one instant the next call may read the same again: whose end is moved is
    -- not among them any more, and if all have kept it the rest of that instant does too.
    local last = tonumber(page[#page])
    set('rescored', last == room.rescored and is_same and last + 1 or last)
  end
  return #page / 2
end

-- Where more are inside than the capacity, `ceiling` says how many may be: those who were inside
-- when it was lowered, or came back after a loss of Redis; one less with each who goes, and nobody
-- new. The audit holds the room against it. More than were allowed before stay too many.
local function lower_capacity(before)
  local capacity, ceiling = unpack(redis.call('HMGET', ROOM, 'capacity', 'ceiling'))
  if capacity == before then return end
  local inside = redis.call('ZCARD', INSIDE)
  capacity, before = tonumber(capacity), tonumber(before)
  if not capacity or inside <= capacity then return end
  local allowed = before and math.max(before, tonumber(ceiling) or 0) or inside
  redis.call('HSET', ROOM, 'ceiling', math.min(inside, allowed)) -- guard: lowered
end

local function lower_ceiling()
  if not room.ceiling then return end
  local inside = redis.call('ZCARD', INSIDE)
  if not room.capacity or inside <= room.capacity then
    redis.call('HDEL', ROOM, 'ceiling')
    dirty.ceiling, room.ceiling = nil, false
  elseif inside < room.ceiling then
    set('ceiling', inside) -- guard: ceiling
  end
end

-- Takes the settings that ARGV has from `first` on: field, value. A changed idle limit counts for
-- those inside from now on, and a lowered capacity puts nobody out.
local function take_settings(first)
  local before, capacity = unpack(redis.call('HMGET', ROOM, 'idle', 'capacity'))
  before = before or ''
  for i = first, #ARGV, 2 do redis.call('HSET', ROOM, ARGV[i], ARGV[i + 1]) end
  lower_capacity(capacity)
  if (redis.call('HGET', ROOM, 'idle') or '') ~= before then -- guard: rescore
    local from = math.min(now + 1, tonumber(redis.call('HGET', ROOM, 'rescored') or now + 1))
    redis.call('HSET', ROOM, 'idle_at', now, 'rescored', string.format('%.0f', from))
  end
end

-- Ends what is over `at`, `most` at most. Answers how many it ended.
local function expire(zset, most, at)
  local over = redis.call('ZRANGEBYSCORE', zset, '-inf', at, 'LIMIT', 0, most) -- guard: expiry
  for _, user in ipairs(over) do
    finish(user, redis.call('HGET', TICKETS, user), 'x')
  end
  return #over
end
