-- Puts down a list of best sellers that the caller has counted, and lets the next one count. One
-- whose turn is over changes nothing: a later list may be there.
-- KEYS[1]  the hash of the list, see popular_look   KEYS[2] who counts it
-- ARGV[1]  what the caller has signed with   ARGV[2] how long the list stays, ms
-- ARGV[3]  when it was counted, ms; '' it could not be, and what was there stays
-- ARGV[4]  the list; '' nothing was sold
-- returns  {1}, or {0} another's turn has begun
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return { 0 } end -- guard: turn
redis.call('DEL', KEYS[2])
if ARGV[3] == '' then return { 1 } end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'at', ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'list', ARGV[4]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { 1 }
