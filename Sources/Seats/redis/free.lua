-- The ledger has cancelled a payment: its seats are free. Again changes nothing.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]  payment   ARGV[2] the payment's four bytes   ARGV[3] user   ARGV[4] seats, "1,2,3"
-- returns  {0} unknown, {3, generation, version} fewer seats than that, or
--          {1, generation, version, more, unsold seats}
if not load() then return { 0 } end
local list = numbers(ARGV[4])
if lacks(list) then return { 3, seats.gen, seats.ver } end
sweep()
unsell(ARGV[1], ARGV[2], ARGV[3], list)
return answer(seats.total - seats.sold)
