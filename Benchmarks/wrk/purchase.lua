-- Whole purchases, seat by seat from `first` on: a hold, and its payment as soon as it is answered.
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local given, last
local seat = 0
-- Payments that wait to be sent; each answer frees a connection, so there are never many.
local payments = {}

function init(args)
  given = sale.arguments(args)
  seat, last = given.first - 1, given.first + given.count - 1
end

request = sale.requests(function()
  local payment = table.remove(payments)
  if payment then return payment end
  if seat == last then return nil end
  seat = seat + 1
  return sale.hold(given.performance, seat)
end)

function response(status, _, body)
  local user, token = sale.held(body)
  if not sale.count(status, 201, token and "held" or "paid") then return end
  if token then payments[#payments + 1] = sale.pay(user, token, token:sub(-40)) end
end

setup, done = sale.setup, sale.done
