-- Visitors enter the line, or are found where they already stand; then whoever may enter is
-- admitted.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]   most visitors in line
-- ARGV[2..] per visitor: user, and what the ticket they brought says: "" for none, or
--           "<generation> <sequence> <hard end of session>"; behind it |<lane>, for a member of one
-- returns  {0} unknown room, or Redis is older than one of the tickets: nothing is changed
--          {1, generation, state, show, now, departures per 1000 s, opening, lanes} and per visitor
--          code, rank, sequence, hard end of session, next poll in ms:
--          1 waiting 2 admitted 3 skipped and back;  11 closed 12 sold out 13 line full
--          14 the ledger has leased no more sequences
if not load() then return { 0 } end
local users, claims, lanes, records, fresh = {}, {}, {}, {}, {}
for i = 2, #ARGV, 2 do
  local n, bar = #users + 1, string.find(ARGV[i + 1], '|', 1, true)
  users[n], claims[n] = ARGV[i], bar and string.sub(ARGV[i + 1], 1, bar - 1) or ARGV[i + 1]
  lanes[n] = bar and room.lanes and lane_named(room.lanes, string.sub(ARGV[i + 1], bar + 1))
  local gen = string.match(claims[n], '^%d+')
  if gen and tonumber(gen) > room.gen then return { 0 } end
end
local function load_records()
  local found = redis.call('HMGET', TICKETS, unpack(users))
  for i, user in ipairs(users) do records[user] = found[i] end
end
load_records()
local ends = ends_of(users)
for i, user in ipairs(users) do
  if is_missing(records[user], ends[i], claims[i]) then return { 0 } end
end

-- Puts a newcomer at the end of the line, or of their lane: record, and place in the line if there
-- are no lanes; or nil and why not.
local function newcomer(user, ended, lane)
  if room.state == 'sold_out' then return nil, SOLD_OUT_CODE end
  if room.state == 'closed' or room.state == 'draining' then return nil, CLOSED_CODE end
  local rank = waiting()
  if rank >= tonumber(ARGV[1]) then return nil, FULL_CODE end
  local seq, before, counts = next_sequence(), rank, nil
  if not seq then return nil, UNLEASED_CODE end
  set('seq', seq)
  if room.lanes then
    before = turns_before(room.lanes, counts_by_lane(), lane, waiting_in(lane))
    counts, seq = lane_counts, in_lane(seq, lane)
  end
  if ended then
    redis.call('HDEL', ENDED, user)
    redis.call('HDEL', ENDED_BEFORE, user)
  end
  local record = stand_in_line(user, seq, 'w', poll_after(before))
  waiting_count = rank + 1
  if not room.lanes then return record, { rank, seq } end
  counts[lane] = counts[lane] + 1
  lane_counts = counts
  return record
end

-- Who has become a member of a lane goes there, and keeps the time of arrival. Being here they
-- are not passed over at their turn. Answers the record.
local function settle(user, record, lane)
  local kind = string.sub(record, 1, 1)
  if kind ~= 'w' and kind ~= 'r' then return record end
  local seq = tonumber(redis.call('ZSCORE', WAITING, user))
  if lane_of(seq) == lane then return record end
  change_lane(user, record, seq, lane)
  return seen(user, record, POLL_MIN)
end

for i, user in ipairs(users) do
  local record, ended = recall(user, records[user], ends[i], claims[i]) -- guard: duplicate
  if not record then
    record, fresh[i] = newcomer(user, ends[i], lanes[i] or 0)
  elseif lanes[i] then
    record = settle(user, record, lanes[i])
  end
  records[user] = record or nil
  ends[i] = ended
end
local more, line_moved
if moved then more, line_moved = admit() end
if line_moved then
  load_records()
  for i, user in ipairs(users) do
    local ended
    records[user], ended = present(user, records[user])
    ends[i] = ended or ends[i]
  end
end
local out = head_of_reply()
for i, user in ipairs(users) do
  local place = fresh[i]
  if type(place) == 'table' and not line_moved and not rejoined then
    local poll = poll_after(place[1])
    seen(user, records[user], poll)
    append(out, WAITING_CODE, place[1], place[2], 0, poll)
  else
    report(out, user, records[user], type(place) == 'number' and place or ends[i] or 'x')
  end
end
save()
return out
