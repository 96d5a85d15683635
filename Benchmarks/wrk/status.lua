-- A random visitor of the line asks for the place: GET /api/v1/rooms/{room}/tickets/me
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")
local requests, count

function init(args)
  local given = common.arguments(args)
  local path = "/api/v1/rooms/" .. given.room .. "/tickets/me"
  requests = common.requestsOfVisitors("GET", path, given.visitors)
  count = #requests
  -- The same sequence of visitors for every contestant.
  math.randomseed(42)
end

function request()
  return requests[math.random(count)]
end

done = common.done
