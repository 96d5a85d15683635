-- What the ledger has decided on numbers. Safe to repeat, and in any order with other calls.
-- allow-oom
-- KEYS[1]-KEYS[4]  the coupon, see lib/coupon.lua
-- ARGV[1..]  for each: 'issued' or 'returned', user, number
-- returns  {0} unknown: it is built from the ledger then, which knows; or the head of the reply
if not load() then return { 0 } end

local function returned(user, number)
  if redis.call('HGET', USERS, user) ~= '-' .. number then return end
  redis.call('HDEL', USERS, user)
  redis.call('ZREM', UNDECIDED, user)
  give_back(number)
  changed = true
end

-- A number that this gate did not know to be given out, or took back too early.
local function follow(number)
  redis.call('ZREM', RETURNED, number)
  if number <= gate.next then return end
  for skipped = gate.next + 1, number - 1 do give_back(skipped) end
  gate.next, changed = number, true
end

-- False: the gate says what the ledger cannot have said.
local function issued(user, number)
  local record = tonumber(redis.call('HGET', USERS, user) or 0)
  if record == number then
    follow(number)
    return true
  end
  if record > 0 then return false end
  redis.call('HSET', USERS, user, number)
  gate.issued = gate.issued + 1
  changed = true
  if record < 0 then redis.call('ZREM', UNDECIDED, user) end
  if record == -number then return true end
  if record < 0 then give_back(-record) end
  follow(number)
  return true
end

for i = 1, #ARGV, 3 do
  local user, number = ARGV[i + 1], tonumber(ARGV[i + 2])
  if ARGV[i] == 'returned' then
    returned(user, number)
  elseif number - gate.next > BEHIND_MAX or not issued(user, number) then
    drop()
    return { 0 }
  end
end
return answer()
