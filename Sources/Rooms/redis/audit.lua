-- Counts a room for `onsale audit`; changes nothing.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV none
-- returns  {0} unknown room
--          {1, waiting, inside, skipped, records of live visitors, users who are in two of the
--           three sets, sessions over but not ended yet, capacity or -1, how many may be inside
--           all the same: see `lower_capacity` in lib/room.lua, 0 for none}
if not load() then return { 0 } end
local twice = redis.call('ZINTERCARD', 2, WAITING, INSIDE)
  + redis.call('ZINTERCARD', 2, WAITING, SKIPPED)
  + redis.call('ZINTERCARD', 2, INSIDE, SKIPPED)
return {
  1, waiting(), redis.call('ZCARD', INSIDE), redis.call('ZCARD', SKIPPED),
  redis.call('HLEN', TICKETS), twice, redis.call('ZCOUNT', INSIDE, '-inf', now),
  room.capacity or -1, room.ceiling or 0,
}
