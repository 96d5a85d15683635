-- A performance has left its room, or its room has another name: its seats are elsewhere now.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats as they were, see lib/seats.lua
-- ARGV[1]  performance
-- returns  {1}
redis.call('UNLINK', SEATS, MAP, OWNERS, HOLDS, HOLD, BUYERS, CANCELLED)
if redis.call('HDEL', STOCK, ARGV[1]) == 1 then tell_room() end
return { 1 }
