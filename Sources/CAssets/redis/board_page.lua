-- A page of a list.
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua   KEYS[7] the list of a day, week or month
-- ARGV[1]  'a' all time, 'r' 24 hours, 'p' the list KEYS[7]   ARGV[2] revision
-- ARGV[3]  how many places to leave out   ARGV[4] how many to show
-- returns  {0} unknown, or the head of the reply with code 1, 3 or 4;  with 1: how many there are,
--          and member, units for each that is shown
if not load() then return { 0 } end
local list, code = listed(ARGV[1], ARGV[2])
if not list then return answer(code) end
local count, from = total(list), tonumber(ARGV[3])
local to = min(count, from + ARGV[4]) - 1
if to < from then return answer(1, count) end
return answer(1, unpack(places(list, from, to, { count })))
