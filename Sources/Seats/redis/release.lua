-- A user gives a hold back.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  id of the hold
-- returns  {0} unknown, or {1, generation, version, more, n}
--          n = 1 given back now, 2 it was over, 3 it is being paid
if not load() then return { 0 } end
sweep()
local hold = hold_of(ARGV[1])
if not hold or over_at(hold) <= now then return answer(2) end
if hold.fence_ends > now then return answer(3) end -- guard: fence
give_up(hold)
return answer(1)
