-- Holds `count` seats from `first` on, one each, and writes "user<TAB>token" for each to `file`:
-- POST /api/v1/performances/{performance}/holds
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local given, file
local sent, held = 0, 0

function init(args)
  given = sale.arguments(args)
  file = assert(io.open(given.file, "w"))
end

request = sale.requests(function()
  if sent == given.count then return nil end
  sent = sent + 1
  return sale.hold(given.performance, given.first + sent - 1)
end)

function response(status, _, body)
  if not sale.count(status, 201, "held") then return end
  local user, token = sale.held(body)
  if token then file:write(user, "\t", token, "\n") end
  held = held + 1
  if held == given.count then
    file:close()
    sale.stop()
  end
end

setup, done = sale.setup, sale.done
