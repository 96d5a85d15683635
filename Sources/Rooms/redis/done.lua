-- The shop has finished with a visitor: the session ends and the next is admitted at once.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  user
-- returns  {0} unknown room;  {1, n} n = 1 ended now, 0 was not inside
if not load() then return { 0 } end
-- A session that is over has expired, it cannot be ended again.
admit()
local record = redis.call('HGET', TICKETS, ARGV[1])
local was_inside = is_inside(record)
if was_inside then
  finish(ARGV[1], record, 'd')
  admit()
end
save()
return { 1, was_inside and 1 or 0 }
