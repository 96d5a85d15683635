-- A page of who has which number, as Redis knows it: for `onsale audit`.
-- allow-oom
-- KEYS[1]-KEYS[4]  the coupon, see lib/coupon.lua
-- ARGV[1]  cursor of HSCAN, "0" to begin
-- returns  {0} unknown, or the head of the reply, the next cursor ("0": that was all), and user,
--          number for each, as texts; a negative number is undecided. One may be named twice.
if not load() then return { 0 } end
local page = redis.call('HSCAN', USERS, ARGV[1], 'COUNT', 1000)
return answer(page[1], unpack(page[2]))
