-- Takes a slice of what is older than 24 hours out of the list of 24 hours. Anybody may, as often
-- as they like: a bucket's units leave it together with their taking out.
-- allow-oom
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua
-- ARGV[1]  how many members and buckets at most, about
-- returns  {0} unknown, or the head of the reply and 1 if there is more to do, 0 if not
if not load() then return { 0 } end
local left, last = tonumber(ARGV[1]), first - 1

-- `waiting`: members that reached what they have in the bucket that is over, and were set to the
-- same later. They stand by the first of these sets that is not over.
local function stand_by_sets(list, number, waiting)
  local last = 0
  for _, mark in pairs(waiting) do last = max(last, mark) end
  for later = number + 1, last do
    local members, names = {}, {}
    for member, mark in pairs(waiting) do
      if mark < later then
        waiting[member] = nil
      else
        members[#members + 1], names[#names + 1] = member, NOTE .. member
      end
    end
    if #members == 0 then return end
    local sets = redis.call('HMGET', KEYS[4] .. ':' .. later, unpack(names))
    for i, member in ipairs(members) do
      if sets[i] then
        waiting[member] = nil
        local at = tonumber(sets[i])
        if at > (list.at[member] or 0) then put(list, member, list.units[member] or 0, at) end
      end
    end
  end
end

-- Some of the units that a set replaced are over: asks again whether this set is a change, see
-- KEYS[6]. Returns the new note; nil: nothing is different.
local function ask_again(list, member, note, number, units)
  local set = parse(note)
  if not set or number < set.from or set.ms < (number + 1) * BUCKET_MS then return nil end
  set.before = set.before - units
  local reached = max(set.at, set.added_at or 0)
  if set.before ~= (set.units or list.units[member] or 0) then reached = max(reached, set.ms) end
  if list.at[member] ~= reached then list.at[member], list.dirty[member] = reached, true end
  return written(set)
end

local function take(number, key, found)
  local list, members, units, sets = open(KEYS[4], KEYS[5], nil, true), {}, {}, {}
  for i = 1, #found, 2 do
    if string.sub(found[i], 1, 1) == NOTE then
      sets[#sets + 1] = found[i]
    else
      members[#members + 1], units[#units + 1] = found[i], tonumber(found[i + 1])
      ask(list, found[i])
    end
  end
  call_with('HDEL', key, sets)
  if #members == 0 then return end
  fetch(list)
  local marked, marks, unmarked = redis.call('HMGET', KEYS[6], unpack(members)), {}, {}
  for i, member in ipairs(members) do marks[member] = tonumber(marked[i] or 0) end
  local notes, noted = fetch_notes(members, marks, number), {}
  local waiting = {}
  for i, member in ipairs(members) do
    local mark, note = marks[member], notes[member]
    -- Set later: what is here does not count any more.
    if mark <= number then change(list, member, false, -units[i], 1) end -- guard: mark
    note = note and ask_again(list, member, note, number, units[i]) -- guard: replaced
    if note then noted[#noted + 1], noted[#noted + 2] = NOTE .. member, note end
    local is_over = (list.at[member] or 0) < (number + 1) * BUCKET_MS
    if mark > number and is_over then waiting[member] = mark end -- guard: same
    if (list.units[member] or 0) == 0 and (list.at[member] or 0) < (number + 1) * BUCKET_MS then
      list.at[member], list.dirty[member] = nil, true
    end
    if mark == number then
      unmarked[#unmarked + 1], unmarked[#unmarked + 2] = member, NOTE .. member
    end
  end
  stand_by_sets(list, number, waiting)
  flush(list)
  redis.call('HDEL', key, unpack(members))
  call_with('HDEL', KEYS[6], unmarked)
  call_with('HSET', KEYS[6], noted)
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
