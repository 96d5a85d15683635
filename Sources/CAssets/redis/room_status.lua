-- Where visitors stand: the way of nearly every poll. Being asked is a sign of life; else nothing
-- changes. Whoever is neither waiting nor inside is left to room_recall.lua.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1..] users
-- returns  {0} unknown room
--          {1, generation, state, show, now, departures per 1000 s, opening} and per visitor
--          an integer: (2 x rank + 1 if skipped and back) x 65536 + next poll in ms, waiting
--          a text: a<sequence> <hard end of session>, inside
--          -1: ask room_recall
if not load() then return { 0 } end
local call, byte = redis.call, string.byte
local WAITS, BACK, INSIDE_KIND = byte('w'), byte('r'), byte('a')
local out = head_of_reply()
local n = #out
for i, record in ipairs(call('HMGET', TICKETS, unpack(ARGV))) do
  local user, kind, place = ARGV[i], record and byte(record), -1
  if kind == WAITS or kind == BACK then
    local rank = call('ZRANK', WAITING, user)
    local poll = poll_after(rank)
    seen(user, record, poll)
    place = (kind == BACK and 2 * rank + 1 or 2 * rank) * 65536 + poll
  elseif kind == INSIDE_KIND and tonumber(call('ZSCORE', INSIDE, user)) > now then -- guard: expiry
    if room.idle then alive(user, tonumber(string.match(record, ' (%d+)'))) end
    place = record
  end
  out[n + i] = place
end
return out
