-- One board: lists of members by units, one list a window and period. It stands in front of the
-- functions board_*.lua, which say what happens; this says what a board is.
--
-- KEYS[1]  hash  meta: number of the last event applied and ms of its decision, revision of the
--                settings, the last bucket that is out of the rolling list, where the taking out
--                of the next one stands, changes refused, whether there were ever notes
-- KEYS[2]  zset  all time, named      KEYS[3] hash  member -> the instant before its name
-- KEYS[4]  zset  24 hours, named      KEYS[5] hash  member -> the instant before its name; also of
--                members whose units are 0 now and will not be when some of them are over
-- KEYS[6]  hash  24 hours: member -> bucket before which nothing of it counts: it was set there.
--                Also " <member>", a note: '+': something was added after that set. Or, where
--                that set replaced what was added: "<bucket from which the replaced units count>
--                <units> <ms of their last change> <ms of the set>". The set is a change only if
--                these units differ from its own, and they do or do not as buckets are taken out.
--                A later set to the same score leaves the note as it is. A change of an earlier
--                instant (a clock is behind, or a refund of what is over has none) adds to it
--                "<units of the set> <ms of the last such change>".
-- KEYS[4]:<n>    hash  24 hours: member -> units of the n-th ten minutes since 1970. Which buckets
--                a call touches is known only here, so they are not passed; their hash tag is that
--                of the keys that are. Each member of KEYS[5] is in the bucket of its instant, if
--                only with 0: with that bucket it is forgotten. Also " <member>" -> ms of the
--                last set in this bucket; of several to one score, of the first of these.
--
-- A list of a day, week or month is packed: its score is units * 2^22 + (2^22 - 1 - seconds from
-- the period's start to the last change of the units), which puts in front who reached them first.
-- The two lists that have no start are named: the score is the units, and what stands in the list
-- is "<2^52 - ms of the last change, 13 hex digits>:<member>", so that equal units stand in the
-- order in which they were reached. Members of 0 units are in no list; those below 0 (points taken
-- today that were won yesterday) are kept and not shown.
--
-- Every script answers {0} when Redis does not know the board: it is built from the outbox then,
-- never begun anew as if it were empty. Else {code, last event, revision, now in ms, ...}:
--   1 done   2 events before these are missing   3 other settings   4 buckets are to be taken out
--   5 nothing done, to be sent one by one
local META
local UNITS_MAX = 2147483647
local TIME = 4194304
local INSTANT = 4503599627370496
local BUCKET_MS = 600000
local BUCKETS = 144
-- Begins a field that tells something else of a member. No member's name has a blank.
local NOTE = ' '
local ADDED = '+'

local floor, max, min
local now, meta, refused
-- The oldest bucket that counts.
local first

local function begin()
  META = KEYS[1]
  floor, max, min = math.floor, math.max, math.min
  local time = redis.call('TIME') -- guard: clock
  now = floor(time[1] * 1000 + time[2] / 1000)
  first = floor(now / BUCKET_MS) - BUCKETS + 1
  meta, refused = nil, 0
end

local function load()
  local values = redis.call('HMGET', META, 'cursor', 'rev', 'swept', 'scan', 'noted')
  if not values[1] then return false end -- guard: unknown
  meta = { cursor = tonumber(values[1]), rev = tonumber(values[2]), swept = tonumber(values[3]),
    scan = values[4], noted = values[5] }
  -- A clock that steps back does not bring back what was taken out.
  first = max(first, meta.swept + 1)
  return true
end

-- Sets when a live board leaves Redis: `retain` ms after its last change, 0: it stays. Not again
-- for a thirtieth of that time, but for keys that are new.
local function live_on(retain)
  if retain == 0 then return end
  local keys, at = { unpack(KEYS, 1, 6) }, instant_in(retain)
  local leaves = tonumber(redis.call('HGET', META, 'leaves'))
  if leaves and tonumber(at) - leaves < retain / 30 and leaves <= tonumber(at) then
    at = string.format('%.0f', leaves)
    for _, key in ipairs(keys) do redis.call('PEXPIREAT', key, at, 'NX') end
    return
  end
  redis.call('HSET', META, 'leaves', at)
  leave_at(keys, at)
end

local function answer(code, ...) return { code, meta.cursor, meta.rev, now, ... } end

-- A list and what this call knows and changes of it. `at` is the last change of a member's units:
-- ms of a named list, seconds from the start of a packed one. `keeps_at`: also of a member that
-- stands at 0.
local function open(key, at_key, start, keeps_at)
  return { key = key, at_key = at_key, start = start, keeps_at = keeps_at, asked = {},
    members = {}, units = {}, at = {}, was = {}, dirty = {} }
end

local function ask(list, member)
  if list.asked[member] then return end
  list.asked[member] = true
  list.members[#list.members + 1] = member
end

local function fetch_named(list)
  local names, whose = {}, {}
  local ats = redis.call('HMGET', list.at_key, unpack(list.members))
  for i, member in ipairs(list.members) do
    if ats[i] then
      list.was[member] = ats[i] .. ':' .. member
      list.at[member] = INSTANT - tonumber(ats[i], 16)
      names[#names + 1], whose[#whose + 1] = list.was[member], member
    end
  end
  if #names == 0 then return end
  local scores = redis.call('ZMSCORE', list.key, unpack(names))
  for i, member in ipairs(whose) do list.units[member] = tonumber(scores[i] or 0) end
end

-- Reads what is known of the members that were asked for.
local function fetch(list)
  if #list.members == 0 then return end
  if list.at_key then return fetch_named(list) end
  local scores = redis.call('ZMSCORE', list.key, unpack(list.members))
  for i, member in ipairs(list.members) do
    if scores[i] then
      local units = floor(scores[i] / TIME)
      list.units[member] = units
      list.at[member] = TIME - 1 - (scores[i] - units * TIME)
    end
  end
end

local function put(list, member, units, at)
  list.units[member] = units
  -- Who comes back from nothing reaches its units anew.
  list.at[member] = (units ~= 0 or list.keeps_at) and max(at, list.at[member] or 0) or nil
  list.dirty[member] = true
end

local function in_list(list, at)
  return list.at_key and at or min(TIME - 1, max(0, floor((at - list.start) / 1000)))
end

-- One change at an instant. False: it is none, or it cannot be.
local function change(list, member, sets, n, at)
  local old = list.units[member] or 0
  local units = sets and n or old + n
  if units == old then return false end
  if units > UNITS_MAX or units < -UNITS_MAX then -- guard: limit
    refused = refused + 1 -- guard: limit
    return false -- guard: limit
  end -- guard: limit
  put(list, member, units, in_list(list, at))
  return true
end

local function call_with(command, key, values)
  if #values > 0 then redis.call(command, key, unpack(values)) end
end

-- The notes in KEYS[6] of the members whose mark, the bucket of the last set, is above `number`.
local function fetch_notes(members, marks, number)
  local fields, whose, notes = {}, {}, {}
  -- A board that is only added to, or only set, does not pay for looking.
  if not meta.noted then return notes end
  for _, member in ipairs(members) do
    if (marks[member] or 0) > number then
      fields[#fields + 1], whose[#whose + 1] = NOTE .. member, member
    end
  end
  if #fields == 0 then return notes end
  local found = redis.call('HMGET', KEYS[6], unpack(fields))
  for i, member in ipairs(whose) do notes[member] = found[i] or nil end
  return notes
end

-- A note of a set, see KEYS[6]. `units` and `added_at` are nil until `added_to`.
local function written(set)
  local text = string.format('%.0f %.0f %.0f %.0f', set.from, set.before, set.at, set.ms)
  return set.units and string.format('%s %.0f %.0f', text, set.units, set.added_at) or text
end

-- Nil: the note is '+'.
local function parse(note)
  local values = {}
  for value in string.gmatch(note, '%S+') do values[#values + 1] = tonumber(value) end
  if #values < 4 then return nil end
  return { from = values[1], before = values[2], at = values[3], ms = values[4],
    units = values[5], added_at = values[6] }
end

-- The note when a change follows that found `units`. Nil: it is not before the set, so the instant
-- of the set does not matter any more.
local function added_to(note, units, ms)
  local set = parse(note)
  if not set or ms >= set.ms then return nil end
  set.units, set.added_at = set.units or units, max(set.added_at or 0, ms)
  return written(set)
end

-- Writes what was changed.
local function flush(list)
  local gone, scores, lost, ats = {}, {}, {}, {}
  for member in pairs(list.dirty) do
    local units, was, name = list.units[member], list.was[member], member
    if list.at_key then
      local at = list.at[member] and string.format('%013x', INSTANT - list.at[member])
      name = at and at .. ':' .. member
      if was and (was ~= name or units == 0) then gone[#gone + 1] = was end
      if at then
        ats[#ats + 1], ats[#ats + 2] = member, at
      else
        lost[#lost + 1] = member
      end
    elseif units == 0 then
      gone[#gone + 1] = member
    else
      units = units * TIME + TIME - 1 - list.at[member]
    end
    if list.units[member] ~= 0 then scores[#scores + 1], scores[#scores + 2] = units, name end
  end
  call_with('ZREM', list.key, gone)
  call_with('ZADD', list.key, scores)
  if list.at_key then
    call_with('HDEL', list.at_key, lost)
    call_with('HSET', list.at_key, ats)
  end
end

-- Members above nothing. Asked the other way round: those that are not are few, or none.
local function total(list)
  return redis.call('ZCARD', list.key)
    - redis.call('ZCOUNT', list.key, '-inf', list.at_key and '(1' or '(' .. TIME)
end

-- The places from `from`, 0 the first, to `to` as the list has them: "name score name score". One
-- text costs less than a value each, and no name has a blank.
local function places(list, from, to)
  if to < from then return '' end
  return table.concat(redis.call('ZREVRANGE', list.key, from, to, 'WITHSCORES'), ' ')
end

-- The place of a member, 0 the first, and its name and score as `places` has them; nil: it is not
-- in the list.
local function place_of(list, member)
  local name = member
  if list.at_key then
    local at = redis.call('HGET', list.at_key, member)
    if not at then return nil end
    name = at .. ':' .. member
  end
  local score = redis.call('ZSCORE', list.key, name)
  if not score or tonumber(score) < (list.at_key and 1 or TIME) then return nil end
  return redis.call('ZREVRANK', list.key, name), name .. ' ' .. score
end

-- The list that a reader names: KEYS[7] where it is a period's. Second: the code that stands
-- against reading it.
local function listed(kind, revision)
  if tonumber(revision) ~= meta.rev then return nil, 3 end -- guard: revision
  if kind == 'a' then return open(KEYS[2], KEYS[3]) end
  if kind ~= 'r' then return open(KEYS[7], nil, 0) end
  if meta.swept < first - 1 then return nil, 4 end -- guard: swept
  return open(KEYS[4], KEYS[5], nil, true)
end
