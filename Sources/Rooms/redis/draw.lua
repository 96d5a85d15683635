-- The steps of a draw that Redis takes: entrants move from the place they came at to the one that
-- was drawn, in slices; at the end the room admits. Each step may be repeated, by any process.
-- KEYS[1]-KEYS[10]  the room, see lib/room.lua
-- ARGV[1]  generation, 0: only look
-- ARGV[2]  the cut that the ledger has, 0: none
-- ARGV[3]  1: the drawn order is in force from now on; 0: not yet
-- ARGV[4..] per entrant: user, sequence without the lane, drawn sequence
-- returns  {0} unknown room, or another generation
--          {1, generation, now, 1 if it draws, opening, when the line has settled, cut or 0,
--           1 if the drawn order is in force, waiting, of them with a place up to the cut that was
--           not drawn, moved}
if not load() then return { 0 } end
if ARGV[1] ~= '0' and room.gen ~= tonumber(ARGV[1]) then return { 0 } end
local is_drawing = room.order == 'draw'
if is_drawing and ARGV[2] ~= '0' then
  redis.call('HSET', ROOM, 'cut', ARGV[2], 'bound', 1)
  room.cut = tonumber(ARGV[2])
end
local count = 0
for i = 4, #ARGV, 3 do
  local user, arrival = ARGV[i], tonumber(ARGV[i + 1])
  local seq = tonumber(redis.call('ZSCORE', WAITING, user) or 0)
  -- Whoever has left or was moved stays as they are; who has changed the lane is drawn there.
  if seq % LANE_SPAN == arrival then -- guard: entrant
    local drawn = seq - arrival + tonumber(ARGV[i + 2])
    redis.call('ZADD', WAITING, 'XX', drawn, user)
    count = count + 1
    moved = true
    -- While it is drawn nobody copies the line: those would be two million moves of a million.
    if not room.undrawn then
      note_move('-', seq)
      note_move(string.sub(redis.call('HGET', TICKETS, user), 1, 1) == 'r' and 'r' or '+', drawn)
    end
  end
end
if is_drawing and ARGV[3] == '1' and room.undrawn then
  redis.call('HSET', ROOM, 'drawn', 1, 'bound', 1)
  room.undrawn = false
  moves[#moves + 1] = 'D'
  admit()
end
save()
local rest = 0
if is_drawing and room.cut then
  for lane = 0, LANES - 1 do
    local base = lane * LANE_SPAN
    rest = rest + redis.call('ZCOUNT', WAITING, string.format('%.0f', base + CLOCK_START),
      string.format('%.0f', base + room.cut))
  end
end
return {
  1, room.gen, now, is_drawing and 1 or 0, room.opening, room.recover, room.cut or 0,
  room.undrawn and 0 or 1, waiting(), rest, count,
}
