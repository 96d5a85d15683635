-- Visitors enter the line, or are found where they already stand; then whoever may enter is
-- admitted.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]   most visitors in line
-- ARGV[2..] per visitor: user, and what the ticket they brought says: "" for none, or
--           "<generation> <sequence> <hard end of session>"
-- returns  {0} unknown room, or Redis is older than one of the tickets: nothing is changed
--          {1, generation, state, show, now, departures per 1000 s, opening} and per visitor
--          code, rank, sequence, hard end of session, next poll in ms:
--          1 waiting 2 admitted 3 skipped and back;  11 closed 12 sold out 13 line full
--          14 the ledger has leased no more sequences
if not load() then return { 0 } end
local users, claims, records, fresh = {}, {}, {}, {}
for i = 2, #ARGV, 2 do
  users[#users + 1], claims[#claims + 1] = ARGV[i], ARGV[i + 1]
  local gen = string.match(ARGV[i + 1], '^%d+')
  if gen and tonumber(gen) > room.gen then return { 0 } end
end
local function load_records()
  local found = redis.call('HMGET', TICKETS, unpack(users))
  for i, user in ipairs(users) do records[user] = found[i] end
end
load_records()
local ends = ends_of(users)

-- Puts a newcomer at the end of the line: record, and place in the line; or nil and why not.
local function newcomer(user, ended)
  if room.state == 'sold_out' then return nil, SOLD_OUT_CODE end
  if room.state == 'closed' or room.state == 'draining' then return nil, CLOSED_CODE end
  local rank = waiting()
  if rank >= tonumber(ARGV[1]) then return nil, FULL_CODE end
  local seq, poll = next_sequence(), poll_after(rank)
  if not seq then return nil, UNLEASED_CODE end
  set('seq', seq)
  if ended then
    redis.call('HDEL', ENDED, user)
    redis.call('HDEL', ENDED_BEFORE, user)
  end
  local record = stand_in_line(user, seq, 'w', poll)
  waiting_count = rank + 1
  return record, { rank, seq }
end

for i, user in ipairs(users) do
  local record, ended = recall(user, records[user], ends[i], claims[i]) -- guard: duplicate
  if not record then record, fresh[i] = newcomer(user, ends[i]) end
  records[user] = record or nil
  ends[i] = ended
end
local more, line_moved
if moved then more, line_moved = admit() end
if line_moved then load_records() end
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
