-- A visitor leaves the line or ends their session; a freed place is given away at once.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  user
-- returns  {0} unknown room;  {1, n} n = 1 left now, 0 was not there
if not load() then return { 0 } end
-- A session that is over has expired, it cannot be ended again.
admit()
local record = redis.call('HGET', TICKETS, ARGV[1])
if record then
  finish(ARGV[1], record, 'l')
  admit()
end
save()
return { 1, record and 1 or 0 }
