-- An attempt to pay a hold was refused: it goes back to its own end, and is over if that has
-- passed, or if one of its seats is sold. While another attempt is under way the seats are kept for
-- that.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  id of the hold
-- returns  {0} unknown, or {1, generation, version, more, n}
--          n = 1 held again, 2 over, 3 still being paid
if not load() then return { 0 } end
sweep()
local hold = hold_of(ARGV[1])
if not hold then return answer(2) end
hold.fences = math.max(0, hold.fences - 1)
if hold.fences > 0 and hold.fence_ends > now then
  write(hold)
  return answer(3)
end
hold.fence_ends, hold.fences = 0, 0
if hold.ends <= now or not has_all(hold) then
  give_up(hold)
  return answer(2)
end
write(hold)
return answer(1)
