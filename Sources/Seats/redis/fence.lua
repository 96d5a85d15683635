-- A hold is about to be paid: its seats are kept while it is, even beyond the end of the hold. A
-- hold that Redis has lost is taken again.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  id of the hold   ARGV[2] user   ARGV[3] seats, "1,2,3"
-- ARGV[4]  end of the hold in ms   ARGV[5] the generation it was made in
-- returns  {0} unknown, or {1, generation, version, more, n, end of the fence in ms}
--          n = 1 being paid now, 2 over
if not load() then return { 0 } end
local id, user, list = ARGV[1], ARGV[2], ARGV[3]
local hold = hold_of(id)
if not hold then
  -- One that this generation made and no longer knows has ended. One of another was lost.
  if tonumber(ARGV[5]) == seats.gen or tonumber(ARGV[4]) <= now then return answer(2, 0) end
  sweep()
  hold = {
    id = id, ends = tonumber(ARGV[4]), fence_ends = 0, fences = 0, user = user, list = list,
    seats = numbers(list),
  }
  local taken, unknown = unavailable(hold.seats)
  if #taken > 0 or #unknown > 0 or is_over_limit(user, #hold.seats) then return answer(2, 0) end
  take(hold)
end
if over_at(hold) <= now then return answer(2, 0) end -- guard: expiry
-- The ledger sold one of its seats to somebody else.
if not has_all(hold) then
  give_up(hold)
  return answer(2, 0)
end
hold.fences = (hold.fence_ends > now and hold.fences or 0) + 1
-- No attempt after its own end keeps the seats any longer.
if hold.ends > now then hold.fence_ends = now + FENCE_MS end -- guard: fence
write(hold)
return answer(1, hold.fence_ends)
