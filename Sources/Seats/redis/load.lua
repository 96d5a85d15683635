-- Builds the seats from the ledger. Holds that are there and whose seats are not sold stay.
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- KEYS[11]  hash from seats_stage, or missing when nobody bought
-- ARGV[1]   what is to be replaced: "" nothing, it must be missing; "<generation>-<version>" that;
--           "*" whatever there is
-- ARGV[2]   generation that the new one must reach at least
-- ARGV[3]   performance   ARGV[4] seats   ARGV[5] price   ARGV[6] hold time in ms
-- ARGV[7]   seats a user may have   ARGV[8] opening in ms, 0: open
-- ARGV[9]   how long it stays in Redis after its end in ms, 0: for good   ARGV[10] its end, ms
-- ARGV[11]  1 behind a room
-- ARGV[12]  last number of the outbox that is in this   ARGV[13] when that was decided, ms
-- ARGV[14]  sold seats   ARGV[15] payments
-- ARGV[16]  the map, a byte a seat   ARGV[17] owners, four bytes a seat
-- ARGV[18]  number of other performances behind the room;  then for each: performance, unsold,
--           sold, payments
-- then      payments cancelled whose numbers come later
-- returns  {1, generation, version, 0}  built
--          {2, generation, version}     something else is there, or 0, 0: nothing; unchanged
local known = load()
local found = known and string.format('%.0f-%d', seats.gen, seats.ver) or ''
if ARGV[1] ~= found and ARGV[1] ~= '*' then
  redis.call('UNLINK', KEYS[11])
  return { 2, known and seats.gen or 0, known and seats.ver or 0 }
end
-- Holds that have all their seats, and may have them in the new map. Read at once: 50,000 holds
-- leave no time for a call a seat.
local stays, map, owners = {}, ARGV[16], ARGV[17]
if known then
  local old_map, old_owners = redis.call('GET', MAP), redis.call('GET', OWNERS) or ''
  local records = redis.call('HGETALL', HOLD)
  for i = 1, #records, 2 do
    local hold, has_all = parse(records[i], records[i + 1]), true
    for _, seat in ipairs(hold.seats) do
      has_all = has_all and string.sub(old_map, seat, seat) == HELD
        and string.sub(old_owners, 4 * seat - 3, 4 * seat) == tag_of(hold.id)
        and string.sub(map, seat, seat) == FREE
    end
    if has_all then stays[#stays + 1] = hold else forget(hold) end
  end
else
  redis.call('UNLINK', HOLDS, HOLD)
end
redis.call('UNLINK', BUYERS, CANCELLED)
if redis.call('EXISTS', KEYS[11]) == 1 then
  redis.call('RENAME', KEYS[11], BUYERS)
  redis.call('PERSIST', BUYERS)
end
if #stays > 0 then
  local states, tags, held = {}, {}, {}
  for seat = 1, #map do
    states[seat] = string.sub(map, seat, seat)
    tags[seat] = string.sub(owners, 4 * seat - 3, 4 * seat)
    if tags[seat] == '' then tags[seat] = '\0\0\0\0' end
  end
  for _, hold in ipairs(stays) do
    for _, seat in ipairs(hold.seats) do states[seat], tags[seat] = HELD, tag_of(hold.id) end
    held[hold.user] = (held[hold.user] or 0) + #hold.seats
  end
  map, owners = table.concat(states), table.concat(tags)
  for user, seats_held in pairs(held) do count(user, seats_held) end
end

local gen = math.max(now_us, tonumber(ARGV[2]), seats and seats.gen + 1 or 0)
redis.call('HSET', SEATS, 'gen', string.format('%.0f', gen), 'ver', 1, 'cursor', ARGV[12],
  'ms', ARGV[13], 'name', ARGV[3], 'total', ARGV[4], 'price', ARGV[5], 'hold_ms', ARGV[6],
  'limit', ARGV[7], 'opening', ARGV[8], 'gated', ARGV[11], 'sold', ARGV[14],
  'payments', ARGV[15])
redis.call('SET', MAP, map)
redis.call('SET', OWNERS, owners)
load()
local siblings, last = {}, 18 + 4 * tonumber(ARGV[18])
for i = 19, last, 4 do
  redis.call('HSETNX', STOCK, ARGV[i], table.concat({ unpack(ARGV, i + 1, i + 3) }, ' '))
  siblings[ARGV[i]] = true
end
for _, name in ipairs(redis.call('HKEYS', STOCK)) do
  if name ~= seats.name and not siblings[name] then redis.call('HDEL', STOCK, name) end
end
for i = last + 1, #ARGV do redis.call('SADD', CANCELLED, ARGV[i]) end
live_until(tonumber(ARGV[9]), tonumber(ARGV[10]))
changed, sales_changed = false, true
return answer()
