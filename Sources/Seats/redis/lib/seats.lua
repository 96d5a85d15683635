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
