-- Where visitors stand: the way of nearly every poll. Being asked is a sign of life; else nothing
-- changes. Whoever is neither waiting nor inside is left to room_recall.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1..] users, and then for each the sequence that their ticket says
-- returns  {0} unknown room
--          {1, generation, state, show, now, outflow or '', opening, lanes} and per visitor
--          an integer: (2 x rank + 1 if skipped and back) x 65536 + next poll in ms, waiting
--          a text: a<sequence> <hard end of session>, inside
--          -1: ask room_recall; also when they stand elsewhere than their ticket says, or were let
--          in since they last asked
if not load(LOOKING) then return { 0 } end
local call, byte, over = redis.call, string.byte, over_at()
local WAITS, BACK, INSIDE_KIND = byte('w'), byte('r'), byte('a')
local out = head_of_reply()
local n, count = #out, #ARGV / 2
for i, record in ipairs(call('HMGET', TICKETS, unpack(ARGV, 1, count))) do
  local user, kind, place = ARGV[i], record and byte(record), -1
  if kind == WAITS or kind == BACK then
    local seq = call('ZSCORE', WAITING, user)
    if seq == ARGV[count + i] then
      local rank, before = place_of(user, tonumber(seq))
      local poll = poll_after(before)
      seen(user, record, poll)
      place = (kind == BACK and 2 * rank + 1 or 2 * rank) * 65536 + poll
    end
  elseif kind == INSIDE_KIND and tonumber(call('ZSCORE', INSIDE, user)) > over then -- guard: expiry
    if room.idle then alive(user, tonumber(string.match(record, ' (%d+)'))) end
    place = record
  end
  out[n + i] = place
end
return out
