-- Brings back what the ledger knows of visits: sessions that run are inside again, whoever stands
-- in line with their sequence steps inside; those that have ended are over, also if an older Redis
-- has them still. A later visit of the same visitor stays as it is.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  the generation they are restored into
-- ARGV[2]  'more' follows; 'late' for what is learned after the room was opened; or how long to
--          settle, ms: this is all, the room serves from now on, and admits after that
-- then     per session: user, sequence, hard end in ms, how it ended: d, l, x or '', and 1 if the
--          visitor had not heard of it: they come to hear now, as one who is let in
-- returns  {0} unknown room, or a later generation;  {1, inside again, ended}
if not load(MOVING, true) or room.gen ~= tonumber(ARGV[1]) then return { 0 } end
local is_late = ARGV[2] == 'late'
local restored, over = 0, 0

local function sequence_of(user, record)
  local kind = string.sub(record, 1, 1)
  if kind == 'w' or kind == 'r' then return tonumber(redis.call('ZSCORE', WAITING, user)) end
  return tonumber(string.match(record, '%d+'))
end

local function has_ended(user)
  return redis.call('HGET', ENDED, user) or redis.call('HGET', ENDED_BEFORE, user)
end

-- Nobody could hear while Redis was away.
local heard_by = deadline(POLL_MAX)

for i = 3, #ARGV, 5 do
  local user, seq, hard, code = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), ARGV[i + 3]
  local is_unheard = ARGV[i + 4] == '1' -- guard: unheard
  local record = redis.call('HGET', TICKETS, user)
  local kind = record and string.sub(record, 1, 1)
  if record and sequence_of(user, record) > seq then
    -- A later visit.
  elseif code ~= '' or hard <= now and not is_unheard then
    if code == '' then code = 'x' end
    if record then -- guard: ghosts
      finish(user, record, code)
      over = over + 1
    else
      redis.call('HSET', ENDED, user, code) -- guard: ended
      notes_ended = true
    end
  elseif not is_inside(record) and not (is_late and not record and has_ended(user)) then
    if kind == 's' then
      redis.call('ZREM', SKIPPED, user)
    elseif kind then
      note_move('-', sequence_of(user, record))
      redis.call('ZREM', WAITING, user)
      count_returned(kind, -1)
    end
    redis.call('HDEL', ENDED, user)
    redis.call('HDEL', ENDED_BEFORE, user)
    step_inside(user, seq, hard, is_unheard and heard_by or nil)
    note_arrival(seq)
    restored = restored + 1
  end
end
if restored > 0 and room.capacity then
  -- The ledger's word; see `lower_capacity`.
  local inside = redis.call('ZCARD', INSIDE)
  if inside > room.capacity then set('ceiling', inside) end -- guard: lowered
end
local settle = tonumber(ARGV[2])
if settle and room.restoring then
  redis.call('HDEL', ROOM, 'restoring')
  set('recover', now + settle)
end
save()
return { 1, restored, over }
