-- The place of a member, and who stands around it.
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua   KEYS[7] the list of a day, week or month
-- ARGV[1]  'a' all time, 'r' 24 hours, 'p' the list KEYS[7]   ARGV[2] revision
-- ARGV[3]  member   ARGV[4] how many to show before and behind it
-- returns  {0} unknown, or the head of the reply with code 1, 3 or 4;  with 1: how many there are,
--          the place of the member, 0 the first, -1 it has none, the place of the first shown, and
--          member, units for each that is shown
if not load() then return { 0 } end
local list, code = listed(ARGV[1], ARGV[2])
if not list then return answer(code) end
local count, place = total(list), place_of(list, ARGV[3])
if not place then return answer(1, count, -1, 0) end
local from, to = max(0, place - ARGV[4]), min(count - 1, place + ARGV[4])
return answer(1, unpack(places(list, from, to, { count, place, from })))
