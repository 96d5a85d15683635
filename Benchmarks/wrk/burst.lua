-- Everybody at once: `users` claim a coupon, each once, as fast as the connections carry it. Notes, in
-- microseconds from the first request, when `quantity` had been told that they have one, and when all
-- had been answered: POST /api/v1/coupons/{coupon}/claims
local ffi = require("ffi")
ffi.cdef("typedef struct { long s, ns; } bench_time; int clock_gettime(int, bench_time *);")
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local MONOTONIC = 1
local time = ffi.new("bench_time")
local given, before, after, began
local sent, issued, answered = 0, 0, 0
-- Global, as `answers` are.
marks = {}

local function now()
  ffi.C.clock_gettime(MONOTONIC, time)
  return tonumber(time.s) * 1e6 + tonumber(time.ns) / 1e3
end

function init(args)
  given = sale.arguments(args)
  before, after = sale.claim(given.coupon)
end

request = sale.requests(function()
  if sent == given.users then return nil end
  began = began or now()
  sent = sent + 1
  return before .. sale.claimer(sent) .. after
end)

function response(status)
  if not sale.count(status, 201, "issued") then return end
  answered = answered + 1
  if status == 201 then issued = issued + 1 end
  if issued == given.quantity and not marks.issued then marks.issued = now() - began end
  if answered == given.users then
    marks.answered = now() - began
    sale.stop()
  end
end

setup, done = sale.setup, sale.done
