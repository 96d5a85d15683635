-- Gives each user points, `count` of them, once: POST /api/v1/users/me/points/charges
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local given
local sent, charged = 0, 0

function init(args) given = sale.arguments(args) end

request = sale.requests(function()
  if sent == sale.users then return nil end
  sent = sent + 1
  return sale.charge(sent, given.amount)
end)

function response(status)
  if not sale.count(status, 201, "charged") then return end
  charged = charged + 1
  if charged == sale.users then sale.stop() end
end

setup, done = sale.setup, sale.done
