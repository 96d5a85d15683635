-- Takes a slice of what is older than 24 hours out of the list of 24 hours. Anybody may, as often
-- as they like: a bucket's units leave it together with their taking out.
-- allow-oom
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua
-- ARGV[1]  how many members and buckets at most, about
-- returns  {0} unknown, or the head of the reply and 1 if there is more to do, 0 if not
if not load() then return { 0 } end
local left, last = tonumber(ARGV[1]), first - 1

local function take(number, key, found)
  local list, members = open(KEYS[4], KEYS[5], nil, true), {}
  for i = 1, #found, 2 do
    members[#members + 1] = found[i]
    ask(list, found[i])
  end
  if #members == 0 then return end
  fetch(list)
  local marks, unmarked = redis.call('HMGET', KEYS[6], unpack(members)), {}
  for i, member in ipairs(members) do
    local mark = tonumber(marks[i] or 0)
    -- Set later: what is here does not count any more.
    if mark <= number then change(list, member, false, -found[2 * i], 1) end -- guard: mark
    if (list.units[member] or 0) == 0 and (list.at[member] or 0) < (number + 1) * BUCKET_MS then
      list.at[member], list.dirty[member] = nil, true
    end
    if mark == number then unmarked[#unmarked + 1] = member end
  end
  flush(list)
  redis.call('HDEL', key, unpack(members))
  call_with('HDEL', KEYS[6], unmarked)
end

while meta.swept < last and left > 0 do
  local number = meta.swept + 1
  local key = KEYS[4] .. ':' .. number
  local page = redis.call('HSCAN', key, meta.scan, 'COUNT', left)
  take(number, key, page[2])
  left = left - 1 - #page[2] / 2
  meta.scan = page[1]
  if meta.scan == '0' and redis.call('EXISTS', key) == 0 then meta.swept = number end
end
redis.call('HSET', META, 'swept', meta.swept, 'scan', meta.scan)
return answer(1, meta.swept < last and 1 or 0)
