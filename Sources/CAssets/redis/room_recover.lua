-- Opens a new generation of a room whose state Redis has lost or that is older than it was: what is
-- there stays, tickets of older generations find back to their place, admission rests until the
-- line has settled. The first process wins; the others change nothing.
-- KEYS[1]-KEYS[9]  the room, see lib/room.lua
-- ARGV[1]  the new generation   ARGV[2] how long to settle, ms   ARGV[3] highest sequence known
-- ARGV[4]  admissions known of the last 60 s
-- then     field, value: settings and state as they are known outside
-- returns  {1, generation, n}  n = 1 opened now, 0 was opened before
local known = redis.call('HGET', ROOM, 'gen')
if known and tonumber(known) >= tonumber(ARGV[1]) then return { 1, tonumber(known), 0 } end
if not known then
  redis.call('HSET', ROOM, 'recent', 0, 'passed', 0, 'oldest', 0, 'ver', 0, 'admitted', 0,
    'done', 0, 'left', 0, 'expired', 0, 'wait_ms', 0, 'ended_at', now, 'rev', 0, 'seq', 0)
end
for i = 5, #ARGV, 2 do redis.call('HSET', ROOM, ARGV[i], ARGV[i + 1]) end
redis.call('HSET', ROOM, 'gen', ARGV[1], 'gen_at', now, 'recover', now + ARGV[2])
redis.call('HINCRBY', ROOM, 'rev', 1)
load()
moved = true
if tonumber(ARGV[3]) > room.seq then set('seq', tonumber(ARGV[3])) end
slide_window()
local lost = tonumber(ARGV[4]) - room.recent
if lost > 0 then
  -- Counted as if they were of this instant: the window may only err towards fewer admissions.
  redis.call('RPUSH', RECENT, string.format('%.0f %d 0', now, lost))
  if room.recent + room.passed == 0 then set('oldest', now) end
  set('recent', room.recent + lost)
end
save()
return { 1, room.gen, 1 }
