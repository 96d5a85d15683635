-- Has this visitor a valid session?
-- KEYS  1 inside (score = expiry, ms)
-- ARGV  1 user
-- -> 1 yes, 0 no
local expiry = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not expiry then return 0 end
local time = redis.call('TIME')
if tonumber(expiry) > time[1] * 1000 + math.floor(time[2] / 1000) then return 1 end
return 0
