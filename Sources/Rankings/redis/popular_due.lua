-- Which lists of best sellers are to be counted anew.
-- KEYS[1]  hash: days -> when their list was asked for last, ms;  KEYS[1]:<days> is the hash of
--          that list, see popular_look
-- ARGV[1]  ms after which a list that nobody asked for is left alone   ARGV[2] ms from one count of
--          a list to the next   ARGV[3] days whose list is always counted
-- returns  {now in ms, days, ...}
local time = redis.call('TIME') -- guard: clock
local now = math.floor(time[1] * 1000 + time[2] / 1000)
local wanted = { [ARGV[3]] = true }
local asked = redis.call('HGETALL', KEYS[1])
for i = 1, #asked, 2 do
  if now - asked[i + 1] < tonumber(ARGV[1]) then
    wanted[asked[i]] = true
  else
    redis.call('HDEL', KEYS[1], asked[i])
  end
end
local out = { now }
for days in pairs(wanted) do
  local at = redis.call('HGET', KEYS[1] .. ':' .. days, 'at')
  if not at or now - at >= tonumber(ARGV[2]) then out[#out + 1] = tonumber(days) end
end
return out
