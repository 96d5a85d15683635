-- Ends what is over and admits whom capacity and rate allow now. Any process, as often as it likes.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  sequences the ledger has leased, up to this one; 0: as before
-- returns  {0} unknown room
--          {1, generation, state, show, now, outflow or '', opening, lanes, waiting,
--           inside, skipped, admitted in the last 60 s, version, revision of the settings, highest
--           sequence, when the next thing happens by itself in ms or 0, 1 if there is more to do at
--           once, sequences leased up to, since the room was made: admitted, done, left, expired,
--           time in line of all admitted in ms;  when it leaves Redis in ms or 0;  how many of
--           those waiting were skipped before}
if not load() then return { 0 } end
if tonumber(ARGV[1]) > (room.lease or 0) then set('lease', tonumber(ARGV[1])) end
local folding = fold_lanes()
local more = admit() or folding
save()

local function earliest(zset)
  local first = redis.call('ZRANGE', zset, 0, 0, 'WITHSCORES')
  return tonumber(first[2])
end
local next_at
local function at(ms)
  if ms and ms > now and (not next_at or ms < next_at) then next_at = ms end
end
at(earliest(INSIDE))
at(earliest(SKIPPED))
if waiting() > 0 then
  at(room.opening)
  at(room.recover)
end
if room.recent + room.passed > 0 then
  -- Where nobody waits for the window to slide, what it counts may be a second old.
  local is_due = waiting() > 0 and room.rate and room.recent > 0
  at(math.max(room.oldest + WINDOW, is_due and 0 or now + 1000))
end
local totals = redis.call('HMGET', ROOM, 'done', 'left', 'expired', 'wait_ms')
local out = head_of_reply()
for _, value in ipairs({
  waiting(), redis.call('ZCARD', INSIDE), redis.call('ZCARD', SKIPPED), room.recent, room.ver,
  room.rev, room.seq, next_at or 0, more and 1 or 0,
  room.lease or 0, room.admitted, tonumber(totals[1] or 0), tonumber(totals[2] or 0),
  tonumber(totals[3] or 0), tonumber(totals[4] or 0), room.retires or 0,
  room.returned or 0,
}) do out[#out + 1] = value end
return out
