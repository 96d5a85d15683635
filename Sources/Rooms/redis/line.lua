-- What a copy of the line has to learn: the moves since it last asked, and who came behind. So that
-- positions are exact and cost Redis nothing each.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  the copy's generation
-- ARGV[2]  the last of the moves that it knows
-- ARGV[3]-ARGV[6]  per lane: the highest sequence that it has read
-- ARGV[7]  when the copy's loop last learnt of the outflow, ms
-- returns  {0} unknown room, or one that is being drawn
--          {1, generation, state, show, now, outflow or '', opening, lanes,
--           departures, measured in so many ms, waiting, idle limit in ms or 0, the last move,
--           1 if the copy has to begin anew: what follows is the line from its start,
--           1 if there is more to read, the moves in their order, and the sequences behind those
--           that were read, lane by lane, in order}
if not load(LOOKING) or room.undrawn and room.cut then return { 0 } end
-- Sequences that one call reads at most: 0.7 ms, measured.
local READ_MAX = 1000
-- Estimates are made of the outflow so often, ms.
local OUTFLOW_EVERY = 250
-- Calls whose moves one call reads at most.
local MOVES_READ_MAX = 200

local known = tonumber(ARGV[2])
local anew = tonumber(ARGV[1]) ~= room.gen
local texts, more = {}, false
local function number(id) return tonumber(string.match(id, '-(%d+)$')) end
if not anew then
  local from = string.format('%.0f-%.0f', room.gen, known + 1)
  local entries = redis.call('XRANGE', MOVES, from, '+', 'COUNT', MOVES_READ_MAX)
  anew = #entries > 0 and number(entries[1][1]) ~= known + 1
  for i, entry in ipairs(entries) do
    texts[i] = entry[2][2]
    anew = anew or string.find(texts[i], 'D', 1, true) ~= nil
  end
  if #entries > 0 then known = number(entries[#entries][1]) end
  more = #entries == MOVES_READ_MAX
end
if anew then
  local last = redis.call('XREVRANGE', MOVES, '+', '-', 'COUNT', 1)[1]
  local is_ours = last and string.match(last[1], '^%d+') == string.format('%.0f', room.gen)
  known, texts, more = is_ours and number(last[1]) or -1, {}, false
end

local sequences = {}
-- What it misses of the moves may be about those behind: they are read when it knows them all.
for lane = 0, more and -1 or room.lanes and LANES - 1 or 0 do
  local from = anew and string.format('%.0f', lane * LANE_SPAN) or '(' .. ARGV[3 + lane]
  local found = redis.call('ZRANGEBYSCORE', WAITING, from,
    string.format('(%.0f', (lane + 1) * LANE_SPAN), 'WITHSCORES', 'LIMIT', 0, READ_MAX)
  for i = 2, #found, 2 do sequences[#sequences + 1] = tonumber(found[i]) end
  more = more or #found == 2 * READ_MAX
end

local out = head_of_reply(now - tonumber(ARGV[7]) >= OUTFLOW_EVERY)
local departed, span = departures()
for _, value in ipairs({
  departed, span, waiting(), (room.idle or 0) * 1000, known,
  anew and 1 or 0, more and 1 or 0, table.concat(texts, ' '),
}) do out[#out + 1] = value end
for _, seq in ipairs(sequences) do out[#out + 1] = seq end
return out
