-- Who is let in next, and how many at once: `admit`, which every script calls that may make a place
-- free. It stands behind lib/room.lua.

-- Forgets admissions that are 60 s old: what is left are those of the half-open window (now - 60 s,
-- now].
local function slide_window()
  for _ = 1, SLICE do
    local entry = redis.call('LINDEX', RECENT, 0)
    if not entry then return end
    local at, admitted, passed = string.match(entry, '(%d+) (%d+) (%d+)')
    if tonumber(at) > now - WINDOW then
      if tonumber(at) ~= room.oldest then set('oldest', tonumber(at)) end
      return
    end
    redis.call('LPOP', RECENT)
    set('recent', room.recent - admitted)
    set('passed', room.passed - passed)
  end
end

-- How visits ended is kept for half an hour to an hour. A room where none has ended does not
-- change.
local function forget_ended()
  if now - room.ended_at < HALF_HOUR then return end
  if redis.call('EXISTS', ENDED, ENDED_BEFORE) == 0 then return end -- guard: rest
  set('ended_at', now)
  redis.call('UNLINK', ENDED_BEFORE)
  if redis.call('EXISTS', ENDED) == 0 then return end
  redis.call('RENAME', ENDED, ENDED_BEFORE)
  redis.call('PEXPIRE', ENDED_BEFORE, 2 * HALF_HOUR)
end

-- A room whose performances are sold out is; it is as before when seats are back. That is no
-- revision of the ledger's: it follows from the stock.
local function follow_stock()
  if not room.unsold then return end
  local is_followed, was = room.follows == room.gen, room.state
  local state, reopen = state_by_stock(was, room.unsold, room.reopen or '', is_followed)
  if is_followed and state == was then return end
  set('follows', room.gen)
  set('state', state)
  set('reopen', reopen)
end

-- How many may enter now, `most` at most.
local function free_places(most)
  if room.state ~= 'open' and room.state ~= 'draining' then return 0 end
  if now < room.opening or now < room.recover then return 0 end
  if room.undrawn then return 0 end -- guard: draw
  local free = most
  local inside = redis.call('ZCARD', INSIDE)
  if room.capacity then free = math.min(free, room.capacity - inside) end -- guard: capacity
  if room.rate then free = math.min(free, room.rate - room.recent) end -- guard: rate
  if room.unsold then
    free = math.min(free, served_by(room.unsold, room.basket) - inside) -- guard: stock
  end
  return free
end

-- How long somebody waited who enters now, ms: since they came, or since the opening if their
-- place was drawn then.
local function waited(seq)
  local rest = seq % LANE_SPAN
  local from = rest >= CLOCK_START and math.floor(rest / 1000) or room.opening
  return math.max(0, now - from)
end

-- Lets a head of the line in, or passes it over if it was not seen for two polls: whether it is in.
local function let_in(user, seq)
  local record = redis.call('HGET', TICKETS, user)
  local seen_until = tonumber(string.sub(record, 2))
  count_returned(string.sub(record, 1, 1), -1)
  if seen_until < now then -- guard: absence
    redis.call('ZADD', SKIPPED, now + room.grace * 1000, user)
    redis.call('HSET', TICKETS, user, string.format('s%.0f', seq))
    return false
  end
  local heard_by = not asking[user] and seen_until or nil -- guard: heard
  step_inside(user, seq, now + room.session * 1000, heard_by)
  set('wait_ms', room.wait_ms + waited(seq))
  return true
end

-- Lets `free` in, in the order of the line, and looks at `most` heads. Answers how many were looked
-- at, and let in.
local function admit_in_order(free, most)
  local examined, admitted = 0, 0
  while admitted < free and examined < most do
    local count = math.min(free - admitted, most - examined)
    local heads = redis.call('ZPOPMIN', WAITING, count) -- guard: order
    if #heads == 0 then break end
    for i = 1, #heads, 2 do
      if let_in(heads[i], tonumber(heads[i + 1])) then admitted = admitted + 1 end
    end
    examined = examined + #heads / 2
    note_move('h', heads[#heads])
  end
  return examined, admitted
end

-- The same where there are lanes: in order inside each, by fair share between them.
local function admit_by_lanes(free, most)
  local turns, lines = read_turns(redis.call('HGET', ROOM, 'turns')), {}
  local examined, admitted = 0, 0
  local function head_of(lane)
    local line = lines[lane] or { heads = {}, at = 1, has_more = true }
    lines[lane] = line
    if line.at > #line.heads and line.has_more then
      local from, to = range_of(lane)
      local count = math.min(free - admitted, most - examined)
      line.heads = redis.call('ZRANGEBYSCORE', WAITING, line.last and '(' .. line.last or from, to,
        'WITHSCORES', 'LIMIT', 0, count)
      line.at, line.has_more = 1, #line.heads == 2 * count
    end
    return line.heads[line.at]
  end
  while admitted < free and examined < most do
    local lane = next_lane(room.lanes, turns, head_of) -- guard: shares
    if not lane then break end
    local line = lines[lane]
    line.last = line.heads[line.at + 1]
    if let_in(line.heads[line.at], tonumber(line.last)) then
      take_turn(room.lanes, turns, lane)
      admitted = admitted + 1
    end
    line.at, examined = line.at + 2, examined + 1
  end
  for lane = 0, LANES - 1 do
    local last = lines[lane] and lines[lane].last
    if last then
      redis.call('ZREMRANGEBYSCORE', WAITING, range_of(lane), last)
      note_move('h', last)
    end
  end
  if admitted > 0 then redis.call('HSET', ROOM, 'turns', write_turns(turns)) end
  return examined, admitted
end

-- Ends what is over and lets in whom capacity and rate allow now, SLICE visitors together, so that
-- no call is long; a half of them is for ends, so that the places they free are given away at once.
-- Answers whether there may be more to do at once, and whether the line moved.
local function admit()
  local ended = rescore(SLICE / 2)
  ended = ended + expire(INSIDE, SLICE / 2 - ended, over_at())
  ended = ended + expire(SKIPPED, SLICE / 2 - ended, now)
  lower_ceiling()
  slide_window()
  forget_ended()
  follow_stock()
  local most = SLICE - ended -- guard: slice
  local free, examined, admitted = free_places(most), 0, 0
  if free > 0 then
    local admit_some = room.lanes and admit_by_lanes or admit_in_order
    examined, admitted = admit_some(free, most)
  end
  local passed = examined - admitted
  if examined > 0 then
    redis.call('RPUSH', RECENT, string.format('%.0f %d %d', now, admitted, passed))
    if room.recent + room.passed == 0 then set('oldest', now) end
    set('recent', room.recent + admitted)
    set('passed', room.passed + passed)
    set('admitted', room.admitted + admitted)
    waiting_count, lane_counts, moved = nil, nil, true
  end
  return ended == SLICE / 2 or examined >= most, examined > 0
end
