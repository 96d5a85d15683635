-- Gives a room the settings and the state of a revision, and makes the room if it is new. The
-- ledger counts revisions; one that is not newer than what is here changes nothing.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  generation of a new room, 0: do not make one
-- ARGV[2]  revision   ARGV[3] sequences of a new room are leased up to this
-- then     field, value: all of them
-- returns  {0} unknown room, or being brought back;  {1, revision that counts now}
if redis.call('HEXISTS', ROOM, 'gen') == 0 then
  if ARGV[1] == '0' then return { 0 } end
  redis.call('HSET', ROOM, 'gen', ARGV[1], 'recover', 0, 'seq', 0, 'recent', 0, 'passed', 0,
    'oldest', 0, 'ver', 0, 'admitted', 0, 'done', 0, 'left', 0, 'expired', 0, 'wait_ms', 0,
    'ended_at', now, 'gen_at', now, 'rev', 0, 'lease', ARGV[3])
  -- What the seats had told a room that was not there had an end.
  redis.call('PERSIST', ROOM)
end
if not load() then return { 0 } end
if tonumber(ARGV[2]) > room.rev then -- guard: revision
  take_settings(4)
  redis.call('HSET', ROOM, 'rev', ARGV[2])
  -- The operator's word; what the stock did before does not count.
  redis.call('HDEL', ROOM, 'reopen')
  redis.call('HINCRBY', ROOM, 'ver', 1)
  keep_for_good()
  load()
end
fold_lanes()
admit()
save()
return { 1, room.rev }
