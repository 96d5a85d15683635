-- Enter the line, or learn the place one has. Safe to repeat.
-- KEYS  1 waiting (score = sequence)  2 inside (score = expiry, ms)  3 seen  4 settings (hash)
-- ARGV  1 user
-- -> position >= 1: waiting there;  < 0: admitted until -result (ms since 1970);  0: no such room
local user = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local rank = redis.call('ZRANK', KEYS[1], user)
if rank then return rank + 1 end
local expiry = tonumber(redis.call('ZSCORE', KEYS[2], user) or 0)
if expiry > now then return -expiry end

local settings = redis.call('HMGET', KEYS[4], 'capacity', 'sessionMs')
if not settings[1] then return 0 end
redis.call('ZADD', KEYS[1], redis.call('HINCRBY', KEYS[4], 'sequence', 1), user)
redis.call('ZADD', KEYS[3], now, user)

local free = settings[1] - redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf')
if free > 0 then
  expiry = now + settings[2]
  -- 100 a call bounds the script; the timer moves the rest.
  local next = redis.call('ZPOPMIN', KEYS[1], math.min(free, 100))
  for i = 1, #next, 2 do
    redis.call('ZADD', KEYS[2], expiry, next[i])
    if next[i] == user then user = nil end
  end
  if not user then return -expiry end
end
-- Whoever is new stands last: the count is the position, without a second search.
return redis.call('ZCARD', KEYS[1])
