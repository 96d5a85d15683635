-- Who stands in line with a place that was given by the clock, in the order they came, whatever
-- their lanes: entrants of a draw who have not been moved yet.
-- allow-oom
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  generation   ARGV[2] after this sequence, without the lane   ARGV[3] up to this one
-- ARGV[4]  at most so many
-- returns  {0} unknown room, or another generation
--          {1} and per visitor user, sequence without the lane
if not load() or room.gen ~= tonumber(ARGV[1]) then return { 0 } end
local after, last, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local found = {}
for lane = 0, LANES - 1 do
  local base = lane * LANE_SPAN
  local places = redis.call('ZRANGEBYSCORE', WAITING,
    string.format('(%.0f', base + math.max(after, CLOCK_START - 1)),
    string.format('%.0f', base + last), 'WITHSCORES', 'LIMIT', 0, most)
  for i = 1, #places, 2 do found[#found + 1] = { places[i], tonumber(places[i + 1]) - base } end
  if lane > 0 and #places > 0 then
    table.sort(found, function(one, other) return one[2] < other[2] end)
  end
end
local out = { 1 }
for i = 1, math.min(#found, most) do
  out[2 * i], out[2 * i + 1] = found[i][1], found[i][2]
end
return out
