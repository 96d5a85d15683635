-- The places of some members.
-- allow-oom
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua   KEYS[7] the list of a day, week or month
-- ARGV[1]  'a' all time, 'r' 24 hours, 'p' the list KEYS[7]   ARGV[2] revision
-- ARGV[3..]  members
-- returns  {0} unknown, or the head of the reply with code 1, 3 or 4;  with 1: for each member its
--          place, 0 the first, -1 it has none
if not load() then return { 0 } end
local list, code = listed(ARGV[1], ARGV[2])
if not list then return answer(code) end
local out = {}
for i = 3, #ARGV do out[i - 2] = place_of(list, ARGV[i]) or -1 end
return answer(1, unpack(out))
