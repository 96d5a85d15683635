-- What lanes make of a line. It stands in front of lib/room.lua.
--
-- A lane is a range of sequences (Rooms/Domain/LineSequence.swift): 0 the line itself, 1 to 3 those
-- with a name. Fields of the room hash, there when the operator has made lanes:
--   lanes  weight, number and name of each, the line itself first: "1 0 main|3 1 vip"
--   turns  the clock of the fair share, and per lane when its last turn ends, by that clock
--
-- The fair share is start-time fair queueing (Goyal, Vin and Cheng, 1996): a turn of a lane begins
-- when its last one ends, or now if the lane was empty then, so that nothing is saved up; it lasts
-- 1 / weight; the turn that begins first is next, and its beginning is the time from then on. So
-- two lanes in which people wait differ, measured in turns by weight, by no more than one turn
-- each, however long it goes on.
local LANES = 4

-- The lanes by number; nil: none.
local function read_lanes(text)
  if not text or text == '' then return nil end
  local lanes = {}
  for weight, number, name in string.gmatch(text, '(%d+) (%d) ([^|]+)') do
    lanes[tonumber(number)] = { weight = tonumber(weight), name = name }
  end
  return lanes
end

-- Who stands in a lane that is gone weighs 1 until they are moved.
local function weight_of(lanes, lane) return lanes[lane] and lanes[lane].weight or 1 end

local function lane_named(lanes, name)
  for lane = 1, LANES - 1 do
    if lanes[lane] and lanes[lane].name == name then return lane end
  end
  return nil
end

-- How many leave the line before somebody who has `rank` people ahead in their lane: those, and of
-- each other lane as many as its weight gives it meanwhile, or all there are. LaneShares.swift says
-- the same.
local function turns_before(lanes, waiting, lane, rank)
  local before = rank
  for other = 0, LANES - 1 do
    if other ~= lane then
      local share = (rank + 1) * weight_of(lanes, other) / weight_of(lanes, lane)
      before = before + math.min(waiting[other], math.floor(share))
    end
  end
  return before
end

-- { now, and by lane when its last turn ends }
local function read_turns(text)
  local turns = { now = 0, [0] = 0, 0, 0, 0 }
  if not text then return turns end
  local lane = -1
  for value in string.gmatch(text, '%S+') do
    turns[lane == -1 and 'now' or lane] = tonumber(value)
    lane = lane + 1
  end
  return turns
end

local function write_turns(turns)
  return string.format('%.17g %.17g %.17g %.17g %.17g', turns.now, turns[0], turns[1], turns[2],
    turns[3])
end

-- When a lane's next turn begins.
local function start_of(turns, lane)
  return math.max(turns.now, turns[lane]) -- guard: credit
end

-- Whose turn is next among the lanes of which `head_of` knows a head; of two that begin together
-- the one that ends first, then the lower number. Nil: nobody waits.
local function next_lane(lanes, turns, head_of)
  local best, best_start, best_end
  for lane = 0, LANES - 1 do
    if head_of(lane) then
      local start = start_of(turns, lane)
      local ends = start + 1 / weight_of(lanes, lane)
      if not best or start < best_start or start == best_start and ends < best_end then
        best, best_start, best_end = lane, start, ends
      end
    end
  end
  return best
end

local function take_turn(lanes, turns, lane)
  local start = start_of(turns, lane)
  turns.now = math.max(turns.now, start)
  turns[lane] = start + 1 / weight_of(lanes, lane)
end
