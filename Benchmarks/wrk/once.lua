-- Each visitor of the file asks for the place once, one after the other, and then the run ends:
-- GET /api/v1/rooms/{room}/tickets/me
local ffi = require("ffi")
ffi.cdef("int getpid(void); int kill(int, int);")
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")
local SIGINT = 2
-- More than the connections of any run: when so many are answered beyond the last, all are.
local SPARE = 256
local requests, sent, answered = nil, 0, 0

function init(args)
  local given = common.arguments(args)
  local path = "/api/v1/rooms/" .. given.room .. "/tickets/me"
  requests = common.requestsOfVisitors("GET", path, given.visitors)
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

function response()
  answered = answered + 1
  if answered == #requests + SPARE then
    wrk.thread:stop()
    -- Ends wrk's clock, too: as Ctrl-C does.
    ffi.C.kill(ffi.C.getpid(), SIGINT)
  end
end

done = common.done
