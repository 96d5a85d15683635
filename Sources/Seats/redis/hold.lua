-- A user takes seats, all or none, for the performance's hold time.
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  user   ARGV[2] id of the hold   ARGV[3] seats, "1,2,3"
-- returns  {0} unknown, or
--          {1, generation, version, more, 1, end of the hold in ms, price}  held; again is the same
--          {1, generation, version, more, 2, seats ...}  taken by somebody
--          {1, generation, version, more, 3, limit}      the user would have more than that
--          {1, generation, version, more, 4}             not inside the room, or not open yet
--          {1, generation, version, more, 5}             sold out
--          {1, generation, version, more, 6, seats ...}  there are no such seats
--          {1, generation, version, more, 7}             the room is being brought back: later
if not load() then return { 0 } end
sweep()
local user, id = ARGV[1], ARGV[2]
local known = hold_of(id)
if known then return answer(1, known.ends, seats.price) end
if now < seats.opening then return answer(4) end -- guard: opening
local inside_until = seats.gated == 1 and redis.call('ZSCORE', INSIDE, user)
-- After a change of the idle limit the ends of sessions are brought to it slice by slice: see
-- `rescore` in lib/room.lua.
local function awaits_rescore()
  local from = redis.call('HGET', ROOM, 'rescored')
  return from and tonumber(inside_until) >= tonumber(from)
end
local is_admitted = seats.gated == 0
  or inside_until and (tonumber(inside_until) > now or awaits_rescore())
if not is_admitted then -- guard: session
  local room = redis.call('HMGET', ROOM, 'gen', 'recover')
  return answer(room[1] and tonumber(room[2]) <= now and 4 or 7)
end

local wanted, listed = {}, {}
for _, seat in ipairs(numbers(ARGV[3])) do
  if not listed[seat] then wanted[#wanted + 1] = seat end
  listed[seat] = true
end
local taken, unknown = unavailable(wanted)
if #unknown > 0 or #wanted == 0 then return answer(6, unpack(unknown, 1, SEATS_MAX)) end
if seats.sold >= seats.total then return answer(5) end
if #wanted > SEATS_MAX or is_over_limit(user, #wanted) then return answer(3, seats.limit) end
if #taken > 0 then return answer(2, unpack(taken)) end -- guard: atomic
local hold = {
  id = id, ends = now + seats.hold_ms, fence_ends = 0, fences = 0, user = user,
  list = table.concat(wanted, ','), seats = wanted,
}
take(hold)
return answer(1, hold.ends, seats.price)
