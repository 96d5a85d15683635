-- Brings a slice of the buyers for the next seats_load: a stadium's are too many for one call.
-- KEYS[1]  hash, used by one load only: user -> seats bought
-- ARGV[1]  how long an unused one stays, ms;  then user, seats bought
-- returns  {1}
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { 1 }
