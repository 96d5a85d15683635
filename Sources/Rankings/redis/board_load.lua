-- Puts a board that was built in the place of the live one.
-- KEYS[1]  meta of the one that was built   KEYS[2] meta of the live one
-- KEYS[3..]  each key that a board may have, of the one that was built and of the live one
-- ARGV[1]  1: also in place of one with the same settings, if that is not further
-- ARGV[2..]  for each pair of keys the end of its life, ms, 0: none
-- returns  {0} what was built is lost;  {1, ...} the head of the reply of what is live now;
--          {2, ...} the live one is further, its head; what was built stays
if not load() then return { 0 } end
local built = meta
META = KEYS[2]
if load() then
  local live = meta
  local is_wanted = ARGV[1] == '1' or live.rev < built.rev
  if live.rev > built.rev or not is_wanted then
    for i = 1, #KEYS, 2 do redis.call('UNLINK', KEYS[i]) end
    return answer(1)
  end
  if live.rev == built.rev and live.cursor > built.cursor then return answer(2) end
end
for i = 1, #KEYS, 2 do
  local from, to, ends = KEYS[i], KEYS[i + 1], tonumber(ARGV[(i + 3) / 2])
  -- Unlinked first: to rename over a million members takes the time to free them.
  redis.call('UNLINK', to)
  if redis.call('EXISTS', from) == 1 then
    redis.call('RENAME', from, to)
    if ends > 0 then redis.call('PEXPIREAT', to, ends)
    else redis.call('PERSIST', to) end
  end
end
load()
return answer(1)
