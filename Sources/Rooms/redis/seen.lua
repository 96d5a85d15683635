-- Writes down that waiting visitors were seen, whose place a copy of the line has told.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1..] per visitor: user, and the next poll in ms
-- returns  {0} unknown room
--          {1, ...} per visitor: 0 does not wait; else 2 x when they will be absent in ms, + 1 if
--          they had been skipped and are back
if not load(LOOKING) then return { 0 } end
local users, out = {}, { 1 }
for i = 1, #ARGV, 2 do users[#users + 1] = ARGV[i] end
for i, record in ipairs(redis.call('HMGET', TICKETS, unpack(users))) do
  local kind = record and string.sub(record, 1, 1)
  if kind == 'w' or kind == 'r' then
    record = seen(users[i], record, tonumber(ARGV[2 * i]))
    out[1 + i] = 2 * tonumber(string.sub(record, 2)) + (kind == 'r' and 1 or 0)
  else
    out[1 + i] = 0
  end
end
return out
