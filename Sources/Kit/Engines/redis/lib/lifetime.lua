-- Lifetimes of keys whose sale has ended. This text is the first part of the libraries of rooms,
-- seats, coupons and boards. The next request builds expired keys from the ledger.

-- The instant `ms` from now, by Redis's own clock, as PEXPIREAT takes it.
local function instant_in(ms)
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + math.max(1, ms))
end

-- All of `keys` leave at one instant: a script sees all of them, or none. A key that is made later
-- is given the same end.
local function leave_at(keys, at)
  for _, key in ipairs(keys) do redis.call('PEXPIREAT', key, at) end
end

local function stay(keys)
  for _, key in ipairs(keys) do redis.call('PERSIST', key) end
end
