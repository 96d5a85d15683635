-- Visitors enter the line, or are found where they already stand; then whoever may enter is
-- admitted.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]   most visitors in line
-- ARGV[2]   sequences the ledger has just leased, up to this one; 0: as before; -1: it cannot
-- ARGV[3..] per visitor: user, and what the ticket they brought says: "" for none, or
--           "<generation> <sequence> <hard end of session>"; behind it |<lane>, for a member of one
-- returns  {0} unknown room, or Redis is older than one of the tickets: nothing is changed
--          {2, now, highest sequence} the ledger has to lease more first; nothing is changed
--          {1, generation, state, show, now, outflow, opening, lanes} and per visitor
--          code, rank, sequence, hard end of session, next poll in ms:
--          1 waiting 2 admitted 3 skipped and back;  11 closed 12 sold out 13 line full
--          14 the ledger has leased no more sequences;  16 more: the place was given in this call
local NEWCOMER = 16
if not load() then return { 0 } end
local leased = tonumber(ARGV[2])
if leased == 0 and is_lease_old() then return { 2, now, room.seq } end -- guard: rested
if leased > (room.lease or 0) then set('lease', leased) end
local users, claims, lanes, records = {}, {}, {}, {}
-- Of newcomers: why not; or place in the line if there are no lanes, sequence and next poll.
local refused, ranks, sequences, polls, is_new = {}, {}, {}, {}, {}
for i = 3, #ARGV, 2 do
  local n, claim = (i - 1) / 2, ARGV[i + 1]
  local bar = claim ~= '' and string.find(claim, '|', 1, true)
  asking[ARGV[i]] = true
  users[n], claims[n] = ARGV[i], bar and string.sub(claim, 1, bar - 1) or claim
  lanes[n] = bar and room.lanes and lane_named(room.lanes, string.sub(claim, bar + 1))
  local gen = claim ~= '' and string.match(claim, '^%d+')
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

-- Newcomers are written together: 1.4 us less for each.
local new_places, new_records = {}, {}
local function write_newcomers()
  if #new_places == 0 then return end
  redis.call('ZADD', WAITING, unpack(new_places))
  redis.call('HSET', TICKETS, unpack(new_records))
  new_places, new_records, moved = {}, {}, true
end

-- Puts the n-th visitor, a newcomer, at the end of the line, or of their lane. Answers the record,
-- or nil and why not.
local function newcomer(n, user, ended, lane)
  if room.state == 'sold_out' then return nil, SOLD_OUT_CODE end
  if room.state == 'closed' or room.state == 'draining' then return nil, CLOSED_CODE end
  local rank = waiting()
  if rank >= tonumber(ARGV[1]) then return nil, FULL_CODE end
  local seq, before = next_sequence(), rank
  if not seq then return nil, UNLEASED_CODE end
  set('seq', seq)
  if room.lanes then
    before = turns_before(room.lanes, counts_by_lane(), lane, waiting_in(lane))
    lane_counts[lane], seq = lane_counts[lane] + 1, in_lane(seq, lane)
  else
    ranks[n] = rank
  end
  waiting_count = rank + 1
  if ended then
    redis.call('HDEL', ENDED, user)
    redis.call('HDEL', ENDED_BEFORE, user)
  end
  sequences[n], polls[n], is_new[n] = seq, poll_after(before), true
  local record, places = 'w' .. deadline(polls[n]), #new_places
  new_places[places + 1], new_places[places + 2] = seq, user
  new_records[places + 1], new_records[places + 2] = user, record
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
  -- Whoever is known may stand in line: also for those who come after.
  if records[user] or claims[i] ~= '' then write_newcomers() end
  local record, ended = recall(user, records[user], ends[i], claims[i]) -- guard: duplicate
  if not record then
    record, refused[i] = newcomer(i, user, ends[i], lanes[i] or 0)
  elseif lanes[i] then
    record = settle(user, record, lanes[i])
  end
  records[user] = record or nil
  ends[i] = ended
end
write_newcomers()
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
local out = head_of_reply(true)
for i, user in ipairs(users) do
  if ranks[i] and not line_moved and not rejoined then
    append(out, WAITING_CODE, ranks[i], sequences[i], 0, polls[i])
  else
    report(out, user, records[user], refused[i] or ends[i] or 'x')
  end
  if is_new[i] then out[#out - 4] = out[#out - 4] + NEWCOMER end
end
save()
return out
