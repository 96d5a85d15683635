-- Where visitors stand. Being asked is a sign of life; else nothing changes, except that one who was
-- skipped, or lost with Redis, is back in line.
-- KEYS[1]-KEYS[9]  the room, see lib/room.lua
-- ARGV[1]  unused;  then per visitor: user, and the generation, sequence and hard end of session of
--          their ticket
-- returns  {0} unknown room;  {-1} a ticket is newer than the room: Redis fell behind
--          {1, generation, state, show, now, departures per 1000 s, opening} and per visitor
--          code, rank, sequence, hard end of session, next poll in ms:
--          1 waiting 2 admitted 3 skipped and back 4 done 5 left 6 expired
if not load() then return { 0 } end
local users, ends = {}, {}
for i = 2, #ARGV, 4 do
  if tonumber(ARGV[i + 1]) > room.gen then return { -1 } end
  users[#users + 1] = ARGV[i]
end
local records = redis.call('HMGET', TICKETS, unpack(users))
for i, user in ipairs(users) do
  local a = 4 * i - 2
  if moved then records[i] = redis.call('HGET', TICKETS, user) end
  records[i], ends[i] =
    recall(user, records[i], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3]))
end
if moved then
  admit()
  records = redis.call('HMGET', TICKETS, unpack(users))
end
local out = head_of_reply()
for i, user in ipairs(users) do
  report(out, user, records[i], ends[i] or 'x', tonumber(ARGV[4 * i]))
end
save()
return out
