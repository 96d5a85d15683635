-- The best sellers of some days, as they were counted last; who finds none may count them, one at a
-- time.
-- allow-oom
-- KEYS[1]  hash: days -> when their list was asked for last, ms
-- KEYS[2]  the hash of the list: at, when it was counted, ms; list, none when nothing was sold
-- KEYS[3]  who counts it: a text
-- ARGV[1]  days   ARGV[2] what the caller signs with   ARGV[3] how long it may count, ms
-- ARGV[4]  0: somebody wants to see it; else how many ms after the last count the next is due
-- returns  {1, at, list} there it is, or, where it is counted by schedule, {1, at}: it is not due
--          {2, now in ms} the caller counts   {3, now} another does
local time = redis.call('TIME') -- guard: clock
local now = math.floor(time[1] * 1000 + time[2] / 1000)
local due = tonumber(ARGV[4])
local found = redis.call('HMGET', KEYS[2], 'at', 'list')
if due == 0 then
  redis.call('HSET', KEYS[1], ARGV[1], now)
  if found[2] then return { 1, tonumber(found[1]), found[2] } end
elseif found[1] and now - found[1] < due then
  return { 1, tonumber(found[1]) }
end
local is_free = redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3], 'NX') -- guard: lock
return { is_free and 2 or 3, now }
