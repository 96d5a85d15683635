-- What the stock of its performances makes of a room. It stands in front of lib/room.lua and of
-- lib/seats.lua, for both must say the same: the one when the room moves, the other when a seat is
-- sold.
--
-- Fields of the room hash, there when a performance is sold behind the room:
--   unsold  seats free or held, of all its performances together
--   basket  seats a payment took on average, in thousandths; 1000 until one is known
--   reopen  the state that the room had before the stock sold it out; '' when it did not
--   follows the room's generation in which its state was first held against the stock

-- Who can still be served: how many visitors the stock is enough for.
local function served_by(unsold, basket) return math.ceil(unsold * 1000 / basket) end

-- The state of a room with `unsold` seats, and what it goes back to. Sold out when nothing is left;
-- back as it was when something is. What the operator closed or called sold out stays so. Of a room
-- that Redis had lost (`is_followed` is false) nobody knows who called it sold out: the stock says.
local function state_by_stock(state, unsold, reopen, is_followed)
  if state == 'sold_out' then
    if reopen == '' and not is_followed then reopen = 'open' end
    if unsold > 0 and reopen ~= '' then return reopen, '' end
    return state, reopen
  end
  if unsold <= 0 and state ~= 'closed' then return 'sold_out', state end
  return state, ''
end
