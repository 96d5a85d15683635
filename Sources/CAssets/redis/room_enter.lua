-- Visitors enter the line, or are found where they already stand; then whoever may enter is admitted.
-- KEYS[1]-KEYS[9]  the room, see lib/room.lua
-- ARGV[1]  most visitors in line;  then per visitor: user, and the generation, sequence and hard end
--          of session of the ticket they brought, 0 for none
-- returns  {0} unknown room;  {-1} a ticket is newer than the room: Redis fell behind
--          {1, generation, state, show, now, departures per 1000 s, opening} and per visitor
--          code, rank, sequence, hard end of session, next poll in ms:
--          1 waiting 2 admitted 3 skipped and back;  11 closed 12 sold out 13 line full
if not load() then return { 0 } end
local users, records, results = {}, {}, {}
for i = 2, #ARGV, 4 do
  if tonumber(ARGV[i + 1]) > room.gen then return { -1 } end
  users[#users + 1] = ARGV[i]
end
for i, record in ipairs(redis.call('HMGET', TICKETS, unpack(users))) do
  records[users[i]] = records[users[i]] or record
end

local function newcomer(user)
  if room.state == 'sold_out' then return nil, SOLD_OUT_CODE end
  if room.state == 'closed' or room.state == 'draining' then return nil, CLOSED_CODE end
  if waiting() >= tonumber(ARGV[1]) then return nil, FULL_CODE end
  local seq = math.max(room.seq + 1, now_us)
  set('seq', seq)
  redis.call('HDEL', ENDED, user)
  redis.call('HDEL', ENDED_BEFORE, user)
  return stand_in_line(user, seq, 'w', poll_after(waiting(), seq))
end

for i, user in ipairs(users) do
  local a = 4 * i - 2
  local record, ended = recall(user, records[user], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])) -- guard: duplicate
  if not record then record, ended = newcomer(user) end
  records[user], results[i] = record, ended
end
if moved then admit() end
local out = head_of_reply()
for i, record in ipairs(redis.call('HMGET', TICKETS, unpack(users))) do
  local seq = record and redis.call('ZSCORE', WAITING, users[i]) or 0
  report(out, users[i], record, results[i] or 'x', tonumber(seq or 0))
end
save()
return out
