-- How far the seats of performances behind one room are, and what their room was told of them;
-- nothing changed: for a comparison with the ledger.
-- allow-oom
-- KEYS[1]  hash, stock of the room   KEYS[2..]  hash of the seats of each performance
-- ARGV[1..]  the same performances
-- returns  {1}, then for each performance two: the last number applied, -1: Redis does not know its
--          seats; and "<unsold> <sold> <payments>" as the room knows it, "" if it does not
local out = { 1 }
for i, name in ipairs(ARGV) do
  out[2 * i] = tonumber(redis.call('HGET', KEYS[i + 1], 'cursor') or -1)
  out[2 * i + 1] = redis.call('HGET', KEYS[1], name) or ''
end
return out
