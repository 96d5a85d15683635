-- Users ask for a coupon: all that came in one turn of a loop.
-- KEYS[1]-KEYS[4]  the coupon, see lib/coupon.lua
-- ARGV[1..]  users
-- returns  {0} unknown, or {1, generation, version, now, overdue, issued, quantity, then for each
--          user two: what, number}
--          1 the number is theirs as soon as the ledger says so   2 theirs is undecided
--          3 they have one   4 it starts in so many ms   5 it has ended   6 all are issued
--          7 none is left now, but some are undecided
if not load() then return { 0 } end
local out, undecided = {}, nil

local function outcome(user)
  local record = redis.call('HGET', USERS, user)
  if record then -- guard: one
    local number = tonumber(record)
    if number > 0 then return 3, number end
    return 2, -number
  end
  if now < gate.starts then return 4, gate.starts - now end -- guard: start
  if gate.issued >= gate.quantity then return 6, 0 end
  if gate.ends > 0 and now >= gate.ends then return 5, 0 end -- guard: end
  local number = take()
  if not number then
    undecided = undecided or redis.call('ZCARD', UNDECIDED)
    return undecided > 0 and 7 or 6, 0
  end
  redis.call('HSET', USERS, user, -number)
  redis.call('ZADD', UNDECIDED, now + UNDECIDED_MS, user)
  undecided, changed = nil, true
  return 1, number
end

for i, user in ipairs(ARGV) do out[2 * i - 1], out[2 * i] = outcome(user) end
return answer(unpack(out))
