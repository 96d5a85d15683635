-- The ledger has sold the seats of a hold. Again changes nothing.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  id of the hold   ARGV[2] payment   ARGV[3] the payment's four bytes
-- ARGV[4]  user   ARGV[5] seats, "1,2,3"
-- returns  {0} unknown, {3, generation, version} fewer seats than that, or
--          {1, generation, version, more, unsold seats}
if not load() then return { 0 } end
local list = numbers(ARGV[5])
if lacks(list) then return { 3, seats.gen, seats.ver } end
local hold = hold_of(ARGV[1])
if not hold or not hand_over(hold, ARGV[5], ARGV[2], ARGV[3]) then
  if hold then give_up(hold) end
  sell(ARGV[2], ARGV[3], ARGV[4], list)
end
return answer(seats.total - seats.sold)
