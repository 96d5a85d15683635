-- Begins a board that is built beside the live one.
-- KEYS[1]-KEYS[6]  the keys that it has until then, see lib/board.lua
-- ARGV[1]  revision of the settings   ARGV[2] how long it stays, ms
-- returns  the head of the reply
redis.call('HSET', META, 'cursor', 0, 'rev', ARGV[1], 'swept', first - 1, 'scan', 0)
redis.call('PEXPIRE', META, ARGV[2])
load()
return answer(1)
