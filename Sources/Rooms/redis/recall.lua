-- Where visitors stand who are neither waiting nor inside as far as room_status saw: skipped,
-- ended, lost with Redis, or let in since they last asked. Who was skipped or lost is back in line.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1..] per visitor: user, and what their ticket says: "<generation> <sequence> <hard end>"
-- returns  {0} unknown room, or Redis is older than one of the tickets: nothing is changed
--          {1, generation, state, show, now, outflow or '', opening, lanes} and per visitor
--          code, rank, sequence, hard end of session, next poll in ms:
--          1 waiting 2 admitted 3 skipped and back 4 done 5 left 6 expired
if not load() then return { 0 } end
local users, claims, why = {}, {}, {}
for i = 1, #ARGV, 2 do
  users[#users + 1], claims[#claims + 1] = ARGV[i], ARGV[i + 1]
  asking[ARGV[i]] = true
end
local ends = ends_of(users)
local records = redis.call('HMGET', TICKETS, unpack(users))
for i = 1, #users do
  if is_missing(records[i], ends[i], claims[i]) then return { 0 } end
end
for i, user in ipairs(users) do
  local record
  record, why[i] = recall(user, redis.call('HGET', TICKETS, user), ends[i], claims[i])
end
if moved then admit() end
records = redis.call('HMGET', TICKETS, unpack(users))
for i, user in ipairs(users) do
  local ended
  records[i], ended = present(user, records[i])
  why[i] = ended or why[i]
end
local out = head_of_reply()
for i, user in ipairs(users) do report(out, user, records[i], why[i] or 'x') end
save()
return out
