-- Some members of a list of a day, week or month, in no order: who is in it from the first call to
-- the last is named at least once, wherever it moves meanwhile.
-- allow-oom
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua   KEYS[7] the list
-- ARGV[1]  revision   ARGV[2] where to go on, '0' to begin   ARGV[3] how many, about
-- returns  {0} unknown, or the head of the reply with code 1 or 3;  with 1: where to go on, a text,
--          '0' that was all, and member, packed score for each
if not load() then return { 0 } end
local list, code = listed('p', ARGV[1])
if not list then return answer(code) end
local page = redis.call('ZSCAN', list.key, ARGV[2], 'COUNT', ARGV[3])
for i = 2, #page[2], 2 do page[2][i] = tonumber(page[2][i]) end
return answer(1, page[1], unpack(page[2]))
