-- Pages of a list.
-- allow-oom
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua   KEYS[7] the list of a day, week or month
-- ARGV[1]  'a' all time, 'r' 24 hours, 'p' the list KEYS[7]   ARGV[2] revision
-- ARGV[3..]  for each page two: how many places to leave out, how many to show
-- returns  {0} unknown, or the head of the reply with code 1, 3 or 4;  with 1: how many there are,
--          and for each page its places as the list has them
if not load() then return { 0 } end
local list, code = listed(ARGV[1], ARGV[2])
if not list then return answer(code) end
local count = total(list)
local out = { count }
for i = 3, #ARGV, 2 do
  local from = tonumber(ARGV[i])
  out[#out + 1] = places(list, from, min(count, from + ARGV[i + 1]) - 1)
end
return answer(1, unpack(out))
