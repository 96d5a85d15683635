-- What happens when a hold ends: its seats are free again. Every script that begins (`sweep`) ends
-- the holds that are over by then. It stands behind lib/seats.lua.

local function forget(hold)
  redis.call('ZREM', HOLDS, hold.id)
  redis.call('HDEL', HOLD, hold.id)
  changed = true
end

local function give_up(hold)
  for _, seat in ipairs(hold.seats) do
    if is_of(seat, hold) then give(seat, FREE) end
  end
  count(hold.user, -#hold.seats)
  forget(hold)
end

-- Ends holds that are over: at their end they are.
local function sweep()
  local over = redis.call('ZRANGEBYSCORE', HOLDS, '-inf', now, 'LIMIT', 0, SLICE) -- guard: expiry
  more = #over == SLICE
  local freed = 0
  for _, id in ipairs(over) do
    if freed >= SLICE_SEATS then
      more = true
      return
    end
    local hold = hold_of(id)
    if hold then
      give_up(hold)
      freed = freed + #hold.seats
    else
      redis.call('ZREM', HOLDS, id)
    end
  end
end
