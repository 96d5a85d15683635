-- A room where nothing is expected leaves Redis after a time; whoever asks for it then has it
-- brought back from the ledger, like one that was lost. What happens in it before keeps it for
-- good.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  how long it stays after the last change, ms   ARGV[2] and after this instant, ms: what
--          is sold behind it is not over before; 0: nothing is
-- returns  {0} unknown room, or something is expected in it;  {1, when it leaves, ms}
if not load() then return { 0 } end
if redis.call('EXISTS', WAITING, INSIDE, SKIPPED) > 0 then return { 0 } end -- guard: rests
local last = redis.call('HGET', ROOM, 'rested')
local is_same = room.retires and tonumber(last) == room.ver
local retires = is_same and room.retires or now + ARGV[1]
retires = math.max(retires, math.max(room.opening, tonumber(ARGV[2])) + ARGV[1]) -- guard: ahead
redis.call('HSET', ROOM, 'retires', string.format('%.0f', retires), 'rested', room.ver)
leave_at(lasting_keys(), instant_in(retires - now))
return { 1, retires }
