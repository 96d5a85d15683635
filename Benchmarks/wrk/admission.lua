-- The check in front of the shop, for a random admitted visitor: GET /api/v1/rooms/{room}/admission
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")
local requests, count

function init(args)
  local given = common.arguments(args)
  local path = "/api/v1/rooms/" .. given.room .. "/admission"
  requests = common.requestsOfVisitors("GET", path, given.visitors)
  count = #requests
  -- The same sequence of visitors for every contestant.
  math.randomseed(42)
end

function request()
  return requests[math.random(count)]
end

done = common.done
