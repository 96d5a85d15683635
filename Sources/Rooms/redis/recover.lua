-- Opens a new generation of a room whose state Redis has lost or that is older than it was: what is
-- there stays, tickets of older generations find back to their place. Until room_restore has
-- brought all that the ledger knows, the room is unknown to everybody else. The first process wins.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  the new generation   ARGV[2] the one that was found, 0: none
-- ARGV[3]  sequences start above this   ARGV[4] and are leased up to this
-- ARGV[5]  admissions known of the last 60 s
-- ARGV[6]  revision of the settings and the state that follow: field, value
-- returns  {1, generation, n}  n = 1 opened now, 0 another process was faster
local found = tonumber(redis.call('HGET', ROOM, 'gen') or 0)
if found ~= tonumber(ARGV[2]) then return { 1, found, 0 } end
if found == 0 then
  redis.call('HSET', ROOM, 'recent', 0, 'passed', 0, 'oldest', 0, 'ver', 0, 'admitted', 0,
    'done', 0, 'left', 0, 'expired', 0, 'wait_ms', 0, 'ended_at', now, 'rev', 0, 'seq', 0)
end
if tonumber(ARGV[6]) >= tonumber(redis.call('HGET', ROOM, 'rev')) then
  take_settings(7)
  redis.call('HSET', ROOM, 'rev', ARGV[6])
end
redis.call('HSET', ROOM, 'gen', ARGV[1], 'gen_at', now, 'recover', now, 'restoring', 1,
  'lease', ARGV[4])
-- What was left of a room that rested has an end (room_rest, tell_room in lib/seats.lua).
stay(lasting_keys())
redis.call('HDEL', ROOM, 'retires')
load(MOVING, true)
moved = true
-- The settings do not know that everything is sold.
follow_stock() -- guard: follows
if tonumber(ARGV[3]) > room.seq then set('seq', tonumber(ARGV[3])) end -- guard: sequence
slide_window()
local lost = tonumber(ARGV[5]) - room.recent
if lost > 0 then
  -- Counted as if they were of this instant: the window may only err towards fewer admissions.
  redis.call('RPUSH', RECENT, string.format('%.0f %d 0', now, lost))
  if room.recent + room.passed == 0 then set('oldest', now) end
  set('recent', room.recent + lost)
end
save()
return { 1, room.gen, 1 }
