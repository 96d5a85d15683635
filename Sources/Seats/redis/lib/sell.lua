-- What a sale makes of seats, and of the room behind which they are sold. It stands behind
-- lib/end-hold.lua.

-- Which of `list` are not free, and which the performance does not have.
local function unavailable(list)
  local taken, unknown = {}, {}
  for _, seat in ipairs(list) do
    if seat < 1 or seat > seats.total or seat ~= math.floor(seat) then
      unknown[#unknown + 1] = seat
    elseif state_of(seat) ~= FREE then -- guard: taken
      taken[#taken + 1] = seat
    end
  end
  return taken, unknown
end

local function is_over_limit(user, seats_more)
  local has = tonumber(redis.call('HGET', BUYERS, user) or 0)
  return has + seats_more > seats.limit -- guard: limit
end

-- The ledger says that a payment bought seats. One that is sold already stays whose it is: it is
-- the payment's own, or a cancel that comes first in the outbox has not come yet.
local function sell(payment, tag, user, list)
  if redis.call('SISMEMBER', CANCELLED, payment) == 1 then return end -- guard: cancelled
  local bought = 0
  for i, seat in ipairs(list) do
    if state_of(seat) ~= SOLD then -- guard: repeat
      give(seat, SOLD, tag)
      bought = bought + 1
      -- A payment is counted with its first seat.
      if i == 1 then seats.payments = seats.payments + 1 end
    end
  end
  if bought == 0 then return end
  seats.sold = seats.sold + bought
  count(user, bought)
  sales_changed = true
end

-- The short way of nearly every sale: all that a hold holds becomes its payment's, and the user has
-- as many seats as before. False: something is not as it should be.
local function hand_over(hold, list, payment, tag)
  if hold.list ~= list or not has_all(hold) then return false end
  if redis.call('SISMEMBER', CANCELLED, payment) == 1 then return false end -- guard: cancelled
  for _, seat in ipairs(hold.seats) do give(seat, SOLD, tag) end
  seats.sold = seats.sold + #hold.seats
  seats.payments = seats.payments + 1
  sales_changed = true
  forget(hold)
  return true
end

-- The ledger says that a payment was cancelled: what is still its own is free.
local function unsell(payment, tag, user, list)
  if redis.call('SADD', CANCELLED, payment) == 1 then leave_with_seats(CANCELLED) end
  local freed = 0
  for i, seat in ipairs(list) do
    if state_of(seat) == SOLD and owner_of(seat) == tag then -- guard: owner
      give(seat, FREE)
      freed = freed + 1
      if i == 1 then seats.payments = seats.payments - 1 end
    end
  end
  if freed == 0 then return end
  seats.sold = seats.sold - freed
  count(user, -freed)
  sales_changed = true
end

local function lacks(list)
  for _, seat in ipairs(list) do
    if seat > seats.total then return true end
  end
  return false
end

-- Tells the room what is left of all its performances. The fields are written before the room is
-- there, too: after a loss either comes back first, and a room takes up what it finds.
local function tell_room()
  local unsold, sold, payments = 0, 0, 0
  local entries = redis.call('HVALS', STOCK)
  for _, entry in ipairs(entries) do
    local of = numbers(entry)
    unsold, sold, payments = unsold + of[1], sold + of[2], payments + of[3]
  end
  local is_tied = #entries > 0
  if is_tied then
    local basket = payments > 0 and math.max(1000, math.floor(sold * 1000 / payments)) or 1000
    redis.call('HSET', ROOM, 'unsold', unsold, 'basket', basket)
  end
  -- The stock, and what a room that is not there was told, stay as long as the last of them.
  local function outlive(key)
    leave_with_seats(key)
    redis.call('PEXPIREAT', key, string.format('%.0f', seats.leaves), 'GT')
  end
  if seats and seats.leaves then outlive(STOCK) end
  local gen, was, reopen, follows = unpack(redis.call('HMGET', ROOM, 'gen', 'state', 'reopen',
    'follows'))
  if gen then
    local state
    state, reopen = state_by_stock(was, is_tied and unsold or 1, reopen or '',
      follows == gen or not is_tied)
    -- No revision of the ledger's: what the stock makes of a room follows from the stock.
    redis.call('HSET', ROOM, 'state', state, 'reopen', reopen, 'follows', gen)
    redis.call('HINCRBY', ROOM, 'ver', 1)
  elseif seats and seats.leaves then
    outlive(ROOM)
  end
  if not is_tied then redis.call('HDEL', ROOM, 'unsold', 'basket', 'reopen', 'follows') end
end

local function write_stock()
  if seats.gated ~= 1 then return end
  redis.call('HSET', STOCK, seats.name, string.format('%d %d %d', seats.total - seats.sold,
    seats.sold, seats.payments))
  tell_room()
end

-- What was changed, and the head of the reply with what follows in it.
local function answer(...)
  if changed then
    seats.ver = seats.ver + 1
    redis.call('HSET', SEATS, 'ver', seats.ver, 'sold', seats.sold, 'payments', seats.payments)
  end
  if sales_changed then write_stock() end
  return { 1, seats.gen, seats.ver, more and 1 or 0, ... }
end
