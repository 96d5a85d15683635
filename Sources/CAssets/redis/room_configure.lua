-- Sets fields of a room, and makes the room if it is new.
-- KEYS[1]-KEYS[9]  the room, see lib/room.lua
-- ARGV[1]  generation of a new room, 0: do not make one
-- ARGV[2]  number of defaults;  then that many field, value: set in a new room only
-- then     field, value to set
-- returns  {0} unknown room;  {1}
local defaults = tonumber(ARGV[2])
if redis.call('HEXISTS', ROOM, 'gen') == 0 then
  if ARGV[1] == '0' then return { 0 } end
  redis.call('HSET', ROOM, 'gen', ARGV[1], 'state', 'open', 'recover', 0, 'seq', 0, 'recent', 0,
    'passed', 0, 'oldest', 0, 'ver', 0, 'admitted', 0, 'done', 0, 'left', 0, 'expired', 0,
    'wait_ms', 0, 'ended_at', now, 'gen_at', now, 'rev', 0)
  for i = 3, 2 + 2 * defaults, 2 do redis.call('HSET', ROOM, ARGV[i], ARGV[i + 1]) end
end
for i = 3 + 2 * defaults, #ARGV, 2 do
  redis.call('HSET', ROOM, ARGV[i], ARGV[i + 1])
  -- The operator's word; what the stock did before does not count.
  if ARGV[i] == 'state' then redis.call('HDEL', ROOM, 'reopen') end
end
redis.call('HINCRBY', ROOM, 'rev', 1)
redis.call('HINCRBY', ROOM, 'ver', 1)
load()
admit()
save()
return { 1 }
