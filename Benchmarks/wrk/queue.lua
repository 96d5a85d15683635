-- Visitors enter a room, and for each of them one who is inside holds a seat.
-- `newcomer` is the first to enter, `first` the first to hold; after `holders` of them it is the
-- first one's turn again. `seat` is the first seat, `count` how many enter and how many hold.
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local KINDS = { [200] = "entered", [201] = "held", [202] = "entered" }
local given
local entered, held, answered = 0, 0, 0

local function user(number) return string.format("v-%07d", number) end

local function message(path, headers, body)
  return "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n" .. headers .. "Content-Length: "
    .. #body .. "\r\n\r\n" .. body
end

local function enter(number)
  return message("/api/v1/rooms/" .. given.room .. "/tickets",
    "X-User-Id: " .. user(number) .. "\r\n", "")
end

-- The seat is nobody else's.
local function hold(number)
  return message("/api/v1/performances/" .. given.room .. "/holds",
    "X-User-Id: " .. user(given.first + number % given.holders)
      .. "\r\nContent-Type: application/json\r\n",
    '{"seats":[' .. given.seat + number .. ']}')
end

function init(args) given = sale.arguments(args) end

request = sale.requests(function()
  if entered < given.count and entered <= held then
    entered = entered + 1
    return enter(given.newcomer + entered - 1)
  end
  if held == given.count then return nil end
  held = held + 1
  return hold(held - 1)
end)

function response(status)
  if not sale.count(status, status, KINDS[status] or tostring(status)) then return end
  answered = answered + 1
  if answered == 2 * given.count then sale.stop() end
end

setup, done = sale.setup, sale.done
