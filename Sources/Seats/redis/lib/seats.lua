-- The seats of one performance. It stands in front of the functions seats_*, which say what
-- happens; this says what the seats are.
--
-- KEYS[1]  hash    seats: generation, version, cursor and ms of its event, settings, counters
-- KEYS[2]  string  map: a byte a seat, f free, h held, s sold
-- KEYS[3]  string  owners: four bytes a seat: the hold that holds it, the payment that bought it
-- KEYS[4]  zset    holds: id by the ms at which it is over
-- KEYS[5]  hash    hold: id -> "<own end> <end of fence or 0> <fences> <user> <seat,seat,...>"
-- KEYS[6]  hash    buyers: user -> seats held and bought
-- KEYS[7]  set     cancelled: payments whose seats were given back
-- KEYS[8]  hash    stock of the room: performance -> "<unsold> <sold> <payments>"
-- KEYS[9]  hash    the room, see lib/room.lua
-- KEYS[10] zset    who is inside the room
--
-- A performance without a room has keys 8 to 10 that are never written.
--
-- The ledger decides what is sold, this says it quickly: everything here is built from the ledger
-- when it is missing, and never made anew as if all were free. A seat's owner makes it safe to
-- repeat or delay what the ledger decided: only a seat that is still of a hold or a payment is
-- freed with it.
--
-- Every script answers {0} when Redis does not know the seats, {3, generation, version} when it
-- knows fewer of them than the ledger has, else
-- {1, generation, version, 1 if more holds are over than one call ends, ...}.
local SEATS, MAP, OWNERS, HOLDS, HOLD, BUYERS, CANCELLED, STOCK, ROOM, INSIDE

local FREE, HELD, SOLD = 'f', 'h', 's'
-- Holds that one call ends at most, and at how many seats it stops; the caller is told when there
-- are more.
local SLICE, SLICE_SEATS = 200, 1000
-- Seats of one hold at most; the settings allow no more.
local SEATS_MAX = 100
-- How long the seats of a hold are kept while it is being paid, ms.
local FENCE_MS = 30000

local now_us, now
local FIELDS = {
  'gen', 'ver', 'cursor', 'total', 'price', 'hold_ms', 'limit', 'opening', 'sold', 'payments',
  'gated', 'leaves', 'ms', 'name',
}
local seats, changed, sales_changed, more

local function begin()
  SEATS, MAP, OWNERS, HOLDS, HOLD = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
  BUYERS, CANCELLED, STOCK, ROOM, INSIDE = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
  local time = redis.call('TIME') -- guard: clock
  now_us = time[1] * 1000000 + time[2]
  now = math.floor(now_us / 1000)
  seats, changed, sales_changed, more = nil, false, false, false
end

-- False when Redis does not know the seats. A counter without its map is no knowledge.
local function load()
  local values = redis.call('HMGET', SEATS, unpack(FIELDS))
  if not values[1] then return false end
  seats = {}
  for i, field in ipairs(FIELDS) do seats[field] = tonumber(values[i]) end
  seats.name = values[#FIELDS]
  return redis.call('STRLEN', MAP) == seats.total
end

-- Sets when the performance leaves Redis: `retain` ms after now and after `over`, the instant from
-- which nothing more can happen; `retain` 0: it stays.
local function live_until(retain, over)
  local keys = { SEATS, MAP, OWNERS, HOLDS, HOLD, BUYERS, CANCELLED }
  if retain == 0 then
    seats.leaves = nil
    redis.call('HDEL', SEATS, 'leaves')
    stay(keys)
    stay({ STOCK })
    return
  end
  seats.leaves = instant_in(math.max(now, over) + retain - now)
  redis.call('HSET', SEATS, 'leaves', seats.leaves)
  leave_at(keys, seats.leaves)
end

-- A key that a script has just made leaves with the rest.
local function leave_with_seats(key)
  if seats and seats.leaves then
    redis.call('PEXPIREAT', key, string.format('%.0f', seats.leaves), 'NX')
  end
end

local function state_of(seat) return redis.call('GETRANGE', MAP, seat - 1, seat - 1) end

local function owner_of(seat)
  return redis.call('GETRANGE', OWNERS, 4 * seat - 4, 4 * seat - 1)
end

local function give(seat, state, tag)
  redis.call('SETRANGE', MAP, seat - 1, state)
  if tag then redis.call('SETRANGE', OWNERS, 4 * seat - 4, tag) end
  changed = true
end

-- Hold ids are random from their first byte.
local function tag_of(id) return string.sub(id, 1, 4) end

local function numbers(list)
  local out = {}
  for number in string.gmatch(list, '[^, ]+') do out[#out + 1] = tonumber(number) end
  return out
end

local function count(user, difference)
  if difference == 0 then return end
  local left = redis.call('HINCRBY', BUYERS, user, difference)
  if left <= 0 then redis.call('HDEL', BUYERS, user) end
  if left == difference then leave_with_seats(BUYERS) end
end

local function parse(id, record)
  local ends, fence_ends, fences, user, list =
    string.match(record, '^(%d+) (%d+) (%d+) (%S+) (%S*)$')
  return {
    id = id, ends = tonumber(ends), fence_ends = tonumber(fence_ends), fences = tonumber(fences),
    user = user, list = list, seats = numbers(list),
  }
end

local function hold_of(id)
  local record = redis.call('HGET', HOLD, id)
  return record and parse(id, record)
end

-- Being paid, a hold is kept to the end of the fence, even beyond its own.
local function over_at(hold) return math.max(hold.ends, hold.fence_ends) end

local function write(hold)
  local is_new = redis.call('HSET', HOLD, hold.id, string.format('%.0f %.0f %d %s %s', hold.ends,
    hold.fence_ends, hold.fences, hold.user, hold.list))
  redis.call('ZADD', HOLDS, over_at(hold), hold.id)
  if is_new == 1 then
    leave_with_seats(HOLD)
    leave_with_seats(HOLDS)
  end
end

local function is_of(seat, hold)
  return state_of(seat) == HELD and owner_of(seat) == tag_of(hold.id) -- guard: owner
end

local function has_all(hold)
  for _, seat in ipairs(hold.seats) do
    if not is_of(seat, hold) then return false end
  end
  return true
end

-- Its seats are the user's from now on, if all are free and the user may have them.
local function take(hold)
  for _, seat in ipairs(hold.seats) do give(seat, HELD, tag_of(hold.id)) end
  count(hold.user, #hold.seats)
  write(hold)
end

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
