-- The same as status.lua, with its answers counted as those of claim.lua are: a random visitor of the
-- line asks for the place, GET /api/v1/rooms/{room}/tickets/me
local folder = debug.getinfo(1, "S").source:match("^@(.*/)")
local common, sale = dofile(folder .. "common.lua"), dofile(folder .. "sale.lua")
local requests, count

function init(args)
  local given = sale.arguments(args)
  local path = "/api/v1/rooms/" .. given.room .. "/tickets/me"
  requests = common.requestsOfVisitors("GET", path, given.visitors)
  count = #requests
end

request = sale.requests(function() return requests[math.random(count)] end)

function response(status) sale.count(status, 200, "told") end

setup, done = sale.setup, sale.done
