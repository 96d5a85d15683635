-- The gate of one coupon. It stands in front of the functions coupon_*, which say what happens;
-- this says what the gate is.
--
-- KEYS[1]  hash  gate: generation, version, revision of the settings, settings, counters
-- KEYS[2]  hash  users: user -> number of their coupon; "-number" while the ledger decides on it
-- KEYS[3]  zset  undecided: user by the ms from which somebody should ask the ledger
-- KEYS[4]  zset  returned: numbers that were given out and came back
--
-- A number goes out once: it is undecided, then its user's, or it comes back and the next claimer
-- gets it. So `next`, the highest number given out, is what was issued, is undecided and has come
-- back together. The ledger decides; this says it quickly and in order. It is built from the ledger
-- when it is missing, and never made anew as if nothing were issued.
--
-- Every script answers {0} when Redis does not know the coupon, else
-- {1, generation, version, now in ms, 1 if some have been undecided for too long, issued, quantity,
-- ...}.
local GATE, USERS, UNDECIDED, RETURNED

-- How long a number may be undecided before somebody asks the ledger what became of it, ms. A
-- commit takes a few; one that arrives later still is put right by coupon_settle.
local UNDECIDED_MS = 2000
-- The farthest that one call follows the ledger; a gate that is farther behind is built anew.
local BEHIND_MAX = 1000

local now_us, now
local FIELDS = {
  'gen', 'ver', 'rev', 'quantity', 'starts', 'ends', 'next', 'issued', 'retain', 'leaves',
}
local gate, changed

local function begin()
  GATE, USERS, UNDECIDED, RETURNED = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
  local time = redis.call('TIME') -- guard: clock
  now_us = time[1] * 1000000 + time[2]
  now = math.floor(now_us / 1000)
  gate, changed = nil, false
end

local function load()
  local values = redis.call('HMGET', GATE, unpack(FIELDS))
  if not values[1] then return false end
  gate = {}
  for i, field in ipairs(FIELDS) do gate[field] = tonumber(values[i]) end
  -- A counter without its users is no knowledge.
  return gate.issued == 0 or redis.call('EXISTS', USERS) == 1
end

local function drop() redis.call('UNLINK', GATE, USERS, UNDECIDED, RETURNED) end

-- Sets when the gate leaves Redis: so long after its end, or, once the last one is issued, after
-- the last change. One that goes on stays. It is not set again for a thirtieth of that time.
local function live_on()
  local retain = gate.retain or 0
  local keys = { GATE, USERS, UNDECIDED, RETURNED }
  if retain == 0 or gate.ends == 0 and gate.issued < gate.quantity then -- guard: unfinished
    if gate.leaves then
      stay(keys)
      redis.call('HDEL', GATE, 'leaves')
    end
    return
  end -- guard: unfinished
  local at = instant_in(math.max(now, gate.ends) + retain - now)
  if gate.leaves and tonumber(at) - gate.leaves < retain / 30 and gate.leaves <= tonumber(at) then
    at = string.format('%.0f', gate.leaves)
    for i = 2, #keys do redis.call('PEXPIREAT', keys[i], at, 'NX') end
    return
  end
  redis.call('HSET', GATE, 'leaves', at)
  leave_at(keys, at)
end

-- {1, generation, version, now, overdue, issued, quantity, ...}
local function answer(...)
  if changed then
    gate.ver = gate.ver + 1
    redis.call('HSET', GATE, 'ver', gate.ver, 'rev', gate.rev, 'quantity', gate.quantity,
      'starts', gate.starts, 'ends', gate.ends, 'next', gate.next, 'issued', gate.issued,
      'retain', gate.retain or 0)
    live_on()
  end
  local overdue = #redis.call('ZRANGEBYSCORE', UNDECIDED, '-inf', now, 'LIMIT', 0, 1)
  return { 1, gate.gen, gate.ver, now, overdue, gate.issued, gate.quantity, ... }
end

-- The number that the next claimer gets, or nil.
local function take()
  local back = redis.call('ZRANGEBYSCORE', RETURNED, '-inf', gate.quantity, 'LIMIT', 0, 1)[1]
  if back then
    redis.call('ZREM', RETURNED, back)
    return tonumber(back)
  end
  if gate.next >= gate.quantity then return nil end -- guard: quantity
  gate.next = gate.next + 1
  return gate.next
end

local function give_back(number) redis.call('ZADD', RETURNED, number, number) end
