-- Visitors that nobody has seen before enter: POST /api/v1/rooms/{room}/tickets
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")
local before, after
local entered = 0

function init(args)
  local given = common.arguments(args)
  -- Everything but the number is made once: \1 stands where it goes.
  local path = "/api/v1/rooms/" .. given.room .. "/tickets"
  local text = common.request("POST", path, given.tag .. "-\1")
  before, after = text:match("^(.*)\1(.*)$")
end

function request()
  entered = entered + 1
  return before .. entered .. after
end

done = common.done
