-- The lanes of a room and how many wait in each; changes nothing.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV none
-- returns  {0} unknown room
--          {1, the lanes as the room hash has them or '', waiting per lane, the line itself first,
--          revision of the settings}
if not load() then return { 0 } end
local out = { 1, room.lanes_text }
for lane = 0, LANES - 1 do out[lane + 3] = waiting_in(lane) end
out[#out + 1] = room.rev
return out
