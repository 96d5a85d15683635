-- Numbers that have been undecided for too long: whoever asks is to find out from the ledger. They
-- are not named again for a while, so that one asks for all.
-- allow-oom
-- KEYS[1]-KEYS[4]  the coupon, see lib/coupon.lua
-- ARGV[1]  how many at most
-- returns  {0} unknown, or the head of the reply and user, number for each
if not load() then return { 0 } end
local out = {}
local users = redis.call('ZRANGEBYSCORE', UNDECIDED, '-inf', now, 'LIMIT', 0, ARGV[1])
for _, user in ipairs(users) do
  local record = redis.call('HGET', USERS, user)
  if record and tonumber(record) < 0 then
    redis.call('ZADD', UNDECIDED, now + UNDECIDED_MS, user)
    out[#out + 1], out[#out + 2] = user, -tonumber(record)
  else
    redis.call('ZREM', UNDECIDED, user)
  end
end
return answer(unpack(out))
