-- Brings a slice of what the ledger has issued, for the next coupon_load: a hundred thousand are
-- too many for one call.
-- KEYS[1]  hash, used by one load only: user -> number
-- KEYS[2]  zset, the same: numbers that nobody has below the highest one
-- ARGV[1]  how long an unused one stays, ms   ARGV[2] how many users;  then user, number;  then
--          numbers that nobody has
-- returns  {1}
local last = 2 + 2 * ARGV[2]
if last > 2 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 3, last))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
for i = last + 1, #ARGV do redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i]) end
if #ARGV > last then redis.call('PEXPIRE', KEYS[2], ARGV[1]) end
return { 1 }
