-- Ends sessions that ran out and lets the next ones in.
-- KEYS  1 waiting  2 inside  3 settings
-- -> how many were admitted
local settings = redis.call('HMGET', KEYS[3], 'capacity', 'sessionMs')
if not settings[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local free = settings[1] - redis.call('ZCARD', KEYS[2])
if free <= 0 then return 0 end
local next = redis.call('ZPOPMIN', KEYS[1], math.min(free, 1000))
for i = 1, #next, 2 do
  redis.call('ZADD', KEYS[2], now + settings[2], next[i])
end
return #next / 2
