-- What the stock of its performances makes of a room. It stands in front of lib/room.lua and of
-- lib/seats.lua, for both must say the same: the one when the room moves, the other when a seat is
-- sold.
--
-- Fields of the room hash, there when a performance is sold behind the room:
--   unsold  seats free or held, of all its performances together
--   basket  seats a payment took on average, in thousandths; 1000 until one is known
--   reopen  the state that the room had before it was sold out

-- Who can still be served: how many visitors the stock is enough for.
local function served_by(unsold, basket) return math.ceil(unsold * 1000 / basket) end

-- The state of a room with `unsold` seats, and what it goes back to. A room with a stock is sold
-- out while nothing is left of it, and is not when something is; `closed` is the operator's alone.
local function state_by_stock(state, unsold, reopen)
  if unsold <= 0 then
    if state == 'closed' or state == 'sold_out' then return state, reopen end
    return 'sold_out', state
  end
  if state ~= 'sold_out' then return state, '' end
  return reopen and reopen ~= '' and reopen or 'open', ''
end
