-- A performance's settings have changed. Seats grow, they never shrink.
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  seats   ARGV[2] price   ARGV[3] hold time in ms   ARGV[4] seats a user may have
-- ARGV[5]  opening in ms, 0: open   ARGV[6] how long it stays in Redis after its end in ms, 0: for
--          good   ARGV[7] its end, ms
-- returns  {0} unknown, or {1, generation, version, more}
if not load() then return { 0 } end
sweep()
local total = tonumber(ARGV[1])
if total > seats.total then
  redis.call('APPEND', MAP, string.rep(FREE, total - seats.total))
  seats.total = total
  changed, sales_changed = true, true
end
if tonumber(ARGV[2]) ~= seats.price then
  seats.price = tonumber(ARGV[2])
  changed = true
end
redis.call('HSET', SEATS, 'total', seats.total, 'price', ARGV[2], 'hold_ms', ARGV[3],
  'limit', ARGV[4], 'opening', ARGV[5])
live_until(tonumber(ARGV[6]), tonumber(ARGV[7]))
return answer()
