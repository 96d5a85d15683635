-- A room's settings, counters and counts, nothing changed.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV none
-- returns  {0, now} unknown room;  {1, now, waiting, inside, skipped, fields of the room hash ...}
if redis.call('HEXISTS', ROOM, 'gen') == 0 then return { 0, now } end
local inside = redis.call('ZCOUNT', INSIDE, '(' .. now, '+inf')
local out = { 1, now, redis.call('ZCARD', WAITING), inside, redis.call('ZCARD', SKIPPED) }
for _, value in ipairs(redis.call('HGETALL', ROOM)) do out[#out + 1] = value end
return out
