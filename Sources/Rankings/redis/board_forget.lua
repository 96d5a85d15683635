-- Forgets a board that is not of this ledger, if it is still as it was found. Its next use builds
-- it.
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua
-- ARGV[1]  its last event   ARGV[2] when that was decided, ms, '' unknown   ARGV[3] its revision
-- returns  {0} unknown, or the head of the reply with code 1
if not load() then return { 0 } end
local ms = redis.call('HGET', META, 'ms') or ''
local is_same = meta.cursor == tonumber(ARGV[1]) and ms == ARGV[2]
if is_same and meta.rev == tonumber(ARGV[3]) then redis.call('UNLINK', META) end
return answer(1)
