-- Everything that is known of the seats, nothing changed: for those who check it.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV none
-- returns  {0} unknown, or
--          {1, generation, version, 0, now, last number applied, seats, sold, payments, map,
--           number of holds, then for each its id and record, then for each buyer user and seats}
if not load() then return { 0 } end
local out = {
  1, seats.gen, seats.ver, 0, now, seats.cursor, seats.total, seats.sold, seats.payments,
  redis.call('GET', MAP), redis.call('HLEN', HOLD),
}
for _, key in ipairs({ HOLD, BUYERS }) do
  for _, value in ipairs(redis.call('HGETALL', key)) do out[#out + 1] = value end
end
return out
