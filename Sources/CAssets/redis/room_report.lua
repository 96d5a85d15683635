-- A room's settings, counters and counts, nothing changed.
-- KEYS[1]-KEYS[9]  the room, see lib/room.lua
-- ARGV none
-- returns  {0, now} unknown room;  {1, now, waiting, inside, skipped, fields of the room hash ...}
local all = redis.call('HGETALL', ROOM)
if #all == 0 then return { 0, now } end
local inside = redis.call('ZCOUNT', INSIDE, '(' .. now, '+inf')
local out = { 1, now, redis.call('ZCARD', WAITING), inside, redis.call('ZCARD', SKIPPED) }
for _, value in ipairs(all) do out[#out + 1] = value end
return out
