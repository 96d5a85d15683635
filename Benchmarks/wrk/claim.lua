-- Claims of a coupon: POST /api/v1/coupons/{coupon}/claims. By users from the number `first` on, each
-- once, or with `owners` by random ones of the first so many. Answers of `status` are counted as
-- `kind`; with `count` the run ends after so many of them.
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local given, before, after
local sent, counted = 0, 0

function init(args)
  given = sale.arguments(args)
  before, after = sale.claim(given.coupon)
end

request = sale.requests(function()
  if sent == given.count then return nil end
  sent = sent + 1
  local number = given.owners and math.random(given.owners) or given.first + sent - 1
  return before .. sale.claimer(number) .. after
end)

function response(status)
  if not sale.count(status, given.status, given.kind) then return end
  counted = counted + 1
  if counted == given.count then sale.stop() end
end

setup, done = sale.setup, sale.done
