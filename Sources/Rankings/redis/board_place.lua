-- The places of some members, and who stands around them.
-- allow-oom
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua   KEYS[7] the list of a day, week or month
-- ARGV[1]  'a' all time, 'r' 24 hours, 'p' the list KEYS[7]   ARGV[2] revision
-- ARGV[3..]  for each two: member, how many to show before and behind it
-- returns  {0} unknown, or the head of the reply with code 1, 3 or 4;  with 1: how many there are,
--          and for each three: the place of the member, 0 the first, -1 it has none, the place of
--          the first shown, and the places that are shown as the list has them
if not load() then return { 0 } end
local list, code = listed(ARGV[1], ARGV[2])
if not list then return answer(code) end
local count = total(list)
local out = { count }
for i = 3, #ARGV, 2 do
  local place, shown = place_of(list, ARGV[i])
  local around, from = tonumber(ARGV[i + 1]), place or 0
  if place and around > 0 then
    from = max(0, place - around)
    shown = places(list, from, min(count - 1, place + around))
  end
  local n = #out
  out[n + 1], out[n + 2], out[n + 3] = place or -1, from, place and shown or ''
end
return answer(1, unpack(out))
