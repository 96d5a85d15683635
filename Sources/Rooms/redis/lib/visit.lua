-- One visitor's standing: brought back after an absence or a loss, and written into a reply. It
-- stands behind lib/admit.lua.

-- A visitor's record, brought back if they had been skipped or if Redis had lost them; or nil and
-- how the visit ended. `claim` is what their ticket says: "<generation> <sequence> <hard end>", or
-- ''.
local function recall(user, record, ended, claim)
  local kind = record and string.sub(record, 1, 1)
  if kind == 'w' or kind == 'r' then return record end
  if is_inside(record) then
    local ends = tonumber(redis.call('ZSCORE', INSIDE, user))
    if ends > over_at() then return record end -- guard: expiry
    finish(user, record, 'x')
    return nil, 'x'
  end
  if kind == 's' then
    local grace_ends = tonumber(redis.call('ZSCORE', SKIPPED, user))
    if grace_ends <= now then
      finish(user, record, 'x')
      return nil, 'x'
    end
    redis.call('ZREM', SKIPPED, user)
    return come_back(user, tonumber(string.sub(record, 2)), 'r')
  end
  if ended or claim == '' then return nil, ended or 'x' end
  local gen, seq, hard = string.match(claim, '(%d+) (%d+) (%d+)')
  gen, seq, hard = tonumber(gen), tonumber(seq), tonumber(hard)
  if seq == 0 or gen >= room.gen then return nil, 'x' end
  -- Generation 0 was let in while Redis was away, and ends with its session.
  if gen > 0 and now - room.gen_at > HALF_HOUR then return nil, 'x' end
  -- A ticket from before the loss of Redis: back to where it was.
  if hard == 0 then return come_back(user, seq, 'w') end
  if hard <= now then return nil, 'x' end
  if room.capacity and redis.call('ZCARD', INSIDE) >= room.capacity then
    return come_back(user, seq, 'r')
  end
  rejoined = true
  note_arrival(seq)
  return step_inside(user, seq, hard)
end

-- Whether a ticket of this generation, ten minutes old at most, is of a visit that has left no
-- trace here. How visits end is remembered for longer: so Redis is older than it was when it gave
-- that ticket, and has to be brought up to what the ledger and the tickets know.
local function is_missing(record, ended, claim)
  if record or ended or claim == '' then return false end
  local gen, seq = string.match(claim, '^(%d+) (%d+)')
  if not gen or tonumber(gen) ~= room.gen then return false end
  local arrival = tonumber(seq) % LANE_SPAN
  return arrival >= CLOCK_START and now - arrival / 1000 < HALF_HOUR / 3 -- guard: missing
end

-- Who asks in this very call is here: whoever was passed over in it comes back at once. Their
-- record, or nil and how the visit ended.
local function present(user, record)
  if not record or string.sub(record, 1, 1) ~= 's' then return record end
  return recall(user, record, nil, '')
end

-- How each visit ended that ended lately, or false.
local function ends_of(users)
  local ends = redis.call('HMGET', ENDED, unpack(users))
  local before = redis.call('HMGET', ENDED_BEFORE, unpack(users))
  for i = 1, #users do ends[i] = ends[i] or before[i] end
  return ends
end

-- The lanes, each with how many wait in it, as LaneShares.swift reads them; '' without lanes.
local function shares_text()
  if not room.lanes then return '' end
  local parts = {}
  for lane = 0, LANES - 1 do
    local it = room.lanes[lane]
    if it then
      parts[#parts + 1] = string.format('%d %d %s %d', it.weight, lane, it.name, waiting_in(lane))
    end
  end
  return table.concat(parts, '|')
end

-- {1, generation, state, show, now, outflow or '', opening, lanes}; show is 4 more where the order
-- is drawn. A room that was drawn is not drawn again if its opening is moved: newcomers stand in
-- the order of their arrival.
local function head_of_reply(wants_outflow)
  local show = SHOW_CODES[room.undrawn and 'hidden' or room.show]
  if room.order == 'draw' and (room.undrawn or room.opening <= now) then show = show + 4 end
  return {
    1, room.gen, STATE_CODES[room.state], show, now,
    wants_outflow and outflow() or '', room.opening, shares_text(),
  }
end

local function append(out, code, rank, seq, hard, poll)
  local n = #out
  out[n + 1], out[n + 2], out[n + 3], out[n + 4], out[n + 5] = code, rank, seq, hard, poll
end

-- Appends where a visitor stands: code, rank, sequence, hard end of session, next poll. `ended`
-- says how a visitor without a record came to have none.
local function report(out, user, record, ended)
  if not record then return append(out, ENDED_CODES[ended] or ended, -1, 0, 0, 0) end
  local kind = string.sub(record, 1, 1)
  if is_inside(record) then
    local seq, hard = string.match(hear(user, record), '(%d+) (%d+)')
    alive(user, tonumber(hard))
    -- Twice in the idle limit, as PollInterval.aliveMs says.
    local poll = room.idle and math.min(POLL_MAX, room.idle * 500) or 0
    return append(out, ADMITTED_CODE, -1, tonumber(seq), tonumber(hard), poll)
  end
  local seq = tonumber(redis.call('ZSCORE', WAITING, user))
  local rank, before = place_of(user, seq)
  local poll = poll_after(before)
  seen(user, record, poll)
  append(out, kind == 'r' and SKIPPED_CODE or WAITING_CODE, rank, seq, 0, poll)
end
