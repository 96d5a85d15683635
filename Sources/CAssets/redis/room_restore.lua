-- Brings back sessions that were running when Redis lost the room. Who stands in line in an older
-- state of it, or has come back into it since, steps inside.
-- KEYS[1]-KEYS[9]  the room, see lib/room.lua
-- ARGV[1]  the generation they are restored into;  then per session: user, sequence, hard end in ms
-- returns  {0} unknown room, or a later generation;  {1, n} n sessions are inside again
if not load() or room.gen ~= tonumber(ARGV[1]) then return { 0 } end
local restored = 0
for i = 2, #ARGV, 3 do
  local user, seq, hard = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local record = redis.call('HGET', TICKETS, user)
  local kind = record and string.sub(record, 1, 1)
  if hard > now and kind ~= 'a' then
    if kind then redis.call('ZREM', kind == 's' and SKIPPED or WAITING, user) end
    step_inside(user, seq, hard)
    if seq > room.seq then set('seq', seq) end
    restored = restored + 1
  end
end
save()
return { 1, restored }
