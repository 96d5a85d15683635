-- Applies changes of scores to all lists of a board, each once.
-- KEYS[1]-KEYS[6]  the board, see lib/board.lua
-- KEYS[7..]  lists of days, weeks and months
-- ARGV[1]  number up to which the caller knows the board to be complete before this
-- ARGV[2]  number up to which it is complete then
-- ARGV[3]  revision of the settings
-- ARGV[4]  how long a board that is being built stays, ms; 0: this one is live
-- ARGV[5]  1: all time is kept   ARGV[6] 1: the last 24 hours are
-- ARGV[7]  how long a live board stays in Redis after its last change, ms; 0: for good
-- ARGV[8]  when the event with the number ARGV[2] was decided, ms
-- ARGV[9]  how many slots
-- ARGV[10]  number of the first event where one below stands for several ('sum'), else 0
-- ARGV[11..]  for each of KEYS[7..] two: its start, the end of its life, ms;  for each slot four:
--          which of KEYS[7..] is its day, its week, its month, from 1, 0 none; its bucket;  for
--          each event six: number, member, 'add', 'set' or 'sum', units, ms of the change, slot
--          from 1.  A sum has the number and the ms of the last of its changes; all of them add.
-- returns  {0} unknown, or the head of the reply with code 1, 2, 3 or 5;  with 1: changes refused
--          so far, and how long the longest list is;  with 5: nothing was done, as some of a sum
--          is applied already or might be refused: send its events one by one
if not load() then return { 0 } end
local revision, base, through = tonumber(ARGV[3]), tonumber(ARGV[1]), tonumber(ARGV[2])
if meta.rev ~= revision then return answer(3) end -- guard: revision
if meta.cursor < base then return answer(2) end -- guard: gap
local folded = tonumber(ARGV[10])
local is_torn = folded > 0 and meta.cursor >= folded and meta.cursor < through
if is_torn then return answer(5) end -- guard: torn
local staged, keeps_all, keeps_rolling = tonumber(ARGV[4]), ARGV[5] == '1', ARGV[6] == '1'
local retain = tonumber(ARGV[7])
local lists, expiries, slots, at = {}, {}, {}, 11
local all, rolling = open(KEYS[2], KEYS[3]), open(KEYS[4], KEYS[5], nil, true)
local marks, moved, notes, noted = {}, {}, {}, {}
local buckets = {}

for i = 7, #KEYS do
  lists[i - 6], expiries[i - 6] = open(KEYS[i], nil, tonumber(ARGV[at])), tonumber(ARGV[at + 1])
  at = at + 2
end
for i = 1, tonumber(ARGV[9]) do
  slots[i] = { tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]),
    tonumber(ARGV[at + 3]) }
  at = at + 4
end

-- A bucket is a hash; `units` is what this call knows of it, `dirty` what it has changed.
local function bucket_of(number)
  local bucket = buckets[number]
  if not bucket then
    bucket = { key = KEYS[4] .. ':' .. number, number = number, units = {}, dirty = {},
      asked = {}, members = {}, sets = {} }
    buckets[number] = bucket
  end
  return bucket
end

local function fetch_bucket(bucket)
  local known = redis.call('HMGET', bucket.key, unpack(bucket.members))
  for i, member in ipairs(bucket.members) do bucket.units[member] = tonumber(known[i] or 0) end
end

-- Also of a bucket that nobody expected to be touched.
local function in_bucket(bucket, member)
  local units = bucket.units[member]
  if not units then
    units = tonumber(redis.call('HGET', bucket.key, member) or 0)
    bucket.units[member] = units
  end
  return units
end

local function put_in(bucket, member, units)
  bucket.units[member], bucket.dirty[member] = units, true
end

local function note(member, text)
  if notes[member] ~= text then notes[member], noted[member] = text, true end
end

-- The note that stays when a change, which found `units`, has an earlier instant than the set; else
-- nil.
local function kept_note(member, units, ms)
  return notes[member] and added_to(notes[member], units, ms) -- guard: added
end

-- A set that was made: `units` and `at` are what it found. One that repeats the set before it keeps
-- what is known of that.
local function note_set(bucket, member, ms, units, at, is_same)
  local mark = marks[member]
  local was_added = not mark or notes[member] == ADDED
  local repeats = is_same and not was_added
  if not repeats then
    local set = was_added and at and { from = mark or 0, before = units, at = at, ms = ms }
    note(member, set and written(set) or kept_note(member, units, ms))
  end
  if not repeats or bucket.number ~= mark then bucket.sets[member] = ms end
  marks[member], moved[member] = bucket.number, true
end

-- Whether the changes of a sum would all have been made, and nobody came back from nothing by one.
local function fits(list, member, n)
  local units = list.units[member] or 0
  return units >= 0 and units + n <= UNITS_MAX
end

local function roll(member, sets, n, ms, number)
  -- What is set counts from its own bucket on, in the place of all that is known: clocks differ, so
  -- some of it may be later. A change of what was before it counts there.
  local last = sets and floor((rolling.at[member] or 0) / BUCKET_MS) or 0
  local bucket = bucket_of(max(number, marks[member] or 0, last))
  local made = floor(ms / BUCKET_MS)
  local units = rolling.units[member] or 0
  -- What was over when it was made makes nobody later.
  local reach = number > made - BUCKETS and ms or 1
  if bucket.number < first then -- guard: over
    -- It is out of the list; yet when it was made it may have changed what was in it.
    if made < first or reach == 1 or not rolling.at[member] then return end
    put(rolling, member, units, ms)
  else -- guard: over
    local at = rolling.at[member]
    -- A set to the score that is there is no change: who reached it first stays in front.
    local is_same = sets and n == units
    local is_done = is_same or change(rolling, member, sets, n, reach) -- guard: same
    if not is_done then return end
    if sets then
      note_set(bucket, member, ms, units, at, is_same)
    elseif marks[member] then
      note(member, kept_note(member, units, reach) or ADDED)
    end
    put_in(bucket, member, sets and n or in_bucket(bucket, member) + n)
  end -- guard: over
  if made > bucket.number then
    local stamped = bucket_of(made)
    put_in(stamped, member, in_bucket(stamped, member))
  end
end

local function write_buckets()
  for _, bucket in pairs(buckets) do
    local units = {}
    for member in pairs(bucket.dirty) do
      units[#units + 1], units[#units + 2] = member, bucket.units[member]
    end
    for member, ms in pairs(bucket.sets) do
      units[#units + 1], units[#units + 2] = NOTE .. member, string.format('%.0f', ms)
    end
    call_with('HSET', bucket.key, units)
    -- A bucket outlives its board, which takes it out of the list of 24 hours.
    local life = staged > 0 and staged or retain > 0 and 2 * retain + 2 * BUCKETS * BUCKET_MS
    if life then redis.call('PEXPIRE', bucket.key, string.format('%.0f', life)) end
  end
  local marked, gone = {}, {}
  for member in pairs(moved) do
    marked[#marked + 1], marked[#marked + 2] = member, marks[member]
  end
  for member in pairs(noted) do
    if notes[member] then
      marked[#marked + 1], marked[#marked + 2] = NOTE .. member, notes[member]
    else
      gone[#gone + 1] = NOTE .. member
    end
  end
  call_with('HSET', KEYS[6], marked)
  call_with('HDEL', KEYS[6], gone)
  if next(noted) and not meta.noted then redis.call('HSET', META, 'noted', 1) end
end

local from
for i = at, #ARGV, 6 do
  if tonumber(ARGV[i]) > meta.cursor then -- guard: cursor
    from = from or i
    local member, slot = ARGV[i + 1], slots[tonumber(ARGV[i + 5])]
    if keeps_all then ask(all, member) end
    if keeps_rolling then
      ask(rolling, member)
      ask(bucket_of(slot[4]), member)
    end
    for j = 1, 3 do
      local list = lists[slot[j]]
      if list then ask(list, member) end
    end
  end -- guard: cursor
end
if from then
  fetch(all)
  fetch(rolling)
  if #rolling.members > 0 then
    local marked = redis.call('HMGET', KEYS[6], unpack(rolling.members))
    for i, member in ipairs(rolling.members) do marks[member] = tonumber(marked[i]) end
    notes = fetch_notes(rolling.members, marks, 0)
    for _, bucket in pairs(buckets) do fetch_bucket(bucket) end
  end
  for _, list in ipairs(lists) do fetch(list) end
  for i = from, #ARGV, 6 do
    local member, kind, n = ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
    local ms, slot = tonumber(ARGV[i + 4]), slots[tonumber(ARGV[i + 5])]
    local sets = kind == 'set'
    if kind == 'sum' then -- guard: sum
      local is_whole = fits(all, member, n) and fits(rolling, member, n)
      for j = 1, 3 do
        local list = lists[slot[j]]
        is_whole = is_whole and (not list or fits(list, member, n))
      end
      if not is_whole then return answer(5) end
    end -- guard: sum
    if n ~= 0 or sets then
      if keeps_all then change(all, member, sets, n, ms) end
      if keeps_rolling then roll(member, sets, n, ms, slot[4]) end
      for j = 1, 3 do
        local k = slot[j]
        -- A list that is over for so long does not begin again.
        if k > 0 and expiries[k] > now then change(lists[k], member, sets, n, ms) end -- guard: life
      end
    end
  end
  flush(all)
  flush(rolling)
  write_buckets()
  for k, list in ipairs(lists) do
    if next(list.dirty) then
      flush(list)
      if staged == 0 then redis.call('PEXPIREAT', list.key, expiries[k]) end
    end
  end
end
if staged > 0 then
  for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], staged) end
end
if through > meta.cursor then
  meta.cursor = through
  redis.call('HSET', META, 'cursor', through, 'ms', ARGV[8])
end
if staged == 0 then live_on(retain) end
if refused > 0 then redis.call('HINCRBY', META, 'refused', refused) end
local longest = max(redis.call('ZCARD', KEYS[2]), redis.call('ZCARD', KEYS[4]))
for i = 7, #KEYS do longest = max(longest, redis.call('ZCARD', KEYS[i])) end
return answer(1, tonumber(redis.call('HGET', META, 'refused') or 0), longest)
