-- How a coupon stands, and what some users have of it.
-- allow-oom
-- KEYS[1]-KEYS[4]  the coupon, see lib/coupon.lua
-- ARGV[1..]  users
-- returns  {0} unknown, or the head of the reply, revision, start, end (ms, 0: none), undecided,
--          and for each user the number of their coupon, 0: none
if not load() then return { 0 } end
local out = { gate.rev, gate.starts, gate.ends, redis.call('ZCARD', UNDECIDED) }
for i, user in ipairs(ARGV) do
  out[4 + i] = math.max(0, tonumber(redis.call('HGET', USERS, user) or 0))
end
return answer(unpack(out))
