-- The state of every seat.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  generation and   ARGV[2] version that the caller has, 0 for none
-- returns  {0} unknown, or {1, generation, version, more, price}, followed by a byte a seat,
--          f free, h held, s sold, unless the caller has them
if not load() then return { 0 } end
sweep()
local out = answer(seats.price)
if tonumber(ARGV[1]) ~= seats.gen or tonumber(ARGV[2]) ~= seats.ver then
  out[6] = redis.call('GET', MAP)
end
return out
