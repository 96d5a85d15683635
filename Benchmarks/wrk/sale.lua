-- Shared by the load scripts of the sale: answers are counted by status, and a run ends early when
-- its work is done. `-- NAME=VALUE ...` follows wrk's own arguments.
local ffi = require("ffi")
ffi.cdef("int getpid(void); int kill(int, int);")

local sale = {}
local SIGINT = 2
local threads = {}
-- Answers by status. Global, for `done` runs elsewhere and asks the thread for it.
answers = {}

-- What is sent where nothing is left to do, and not counted: wrk asks for one request before it
-- starts, and for more until it has stopped.
local NOTHING = "DELETE /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
local NOTHING_STATUS = 405

-- Who claims coupons: of ten million, so that neighbours in time lie far apart in every index.
local CLAIMERS = 10000000

-- Who buys. Seats next to each other are bought by users far from each other: 7,919 is a prime.
sale.users, sale.stride = 10000, 7919

function sale.arguments(args)
  local given = {}
  for _, argument in ipairs(args) do
    local name, value = argument:match("^(%w+)=(.*)$")
    given[assert(name, argument)] = tonumber(value) or value
  end
  if given.think and given.think > 0 then
    -- Exponential pauses with this mean, ms: the requests come like those of independent buyers.
    math.randomseed(42)
    delay = function() return math.floor(-math.log(1 - math.random()) * given.think + 0.5) end
  end
  return given
end

function sale.user(seat)
  return string.format("u-%05d", seat * sale.stride % sale.users)
end

-- `request` for wrk, of a function that answers nil when all is sent.
function sale.requests(make)
  local hasBegun = false
  return function()
    if not hasBegun then
      hasBegun = true
      return NOTHING
    end
    return make() or NOTHING
  end
end

local function message(method, path, headers, body)
  return method .. " " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n" .. headers
    .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

local function attempt(path, user, key, body)
  return message("POST", path, "X-User-Id: " .. user .. "\r\nIdempotency-Key: " .. key, body)
end

function sale.charge(number, amount)
  return attempt("/api/v1/users/me/points/charges", sale.user(number), "c-" .. number,
    '{"amount":' .. amount .. '}')
end

function sale.hold(performance, seat)
  return message("POST", "/api/v1/performances/" .. performance .. "/holds",
    "X-User-Id: " .. sale.user(seat), '{"seats":[' .. seat .. ']}')
end

function sale.pay(user, token, key)
  return attempt("/api/v1/payments", user, key, '{"hold":"' .. token .. '"}')
end

-- What stands before and after the user in a claim.
function sale.claim(coupon)
  return "POST /api/v1/coupons/" .. coupon .. "/claims HTTP/1.1\r\nHost: 127.0.0.1\r\nX-User-Id: ",
    "\r\nContent-Length: 0\r\n\r\n"
end

-- Another one for each number from 0 to 9,999,999.
function sale.claimer(number)
  return string.format("c-%07d", number * sale.stride % CLAIMERS)
end

function sale.concert(name, key)
  return message("PUT", "/admin/v1/concerts/" .. name, "Authorization: Bearer " .. key,
    '{"title":"A concert"}')
end

-- User and token in the answer to a hold; nil in the one to a payment.
function sale.held(body)
  local token, seat = body:match('^{"hold":"([^"]+)".-"seats":%[(%d+)%]')
  if token then return sale.user(tonumber(seat)), token end
end

-- Counts an answer, under `kind` if its status is the one expected; false for one that nobody asked
-- for.
function sale.count(status, expected, kind)
  if status == NOTHING_STATUS then return false end
  local name = status == expected and kind or tostring(status)
  answers[name] = (answers[name] or 0) + 1
  return true
end

-- Ends the run now, and wrk's clock with it: as Ctrl-C does.
function sale.stop()
  wrk.thread:stop()
  ffi.C.kill(ffi.C.getpid(), SIGINT)
end

function sale.setup(thread) threads[#threads + 1] = thread end

local function json(counts)
  local fields = {}
  for name, count in pairs(counts) do
    fields[#fields + 1] = string.format('"%s":%d', name, count)
  end
  return "{" .. table.concat(fields, ",") .. "}"
end

-- The runner reads this line.
function sale.done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'BENCH {"microseconds":%d,"mean":%d,"p50":%d,"p99":%d,"max":%d,"broken":%d,'
      .. '"answers":%s,"marks":%s}\n',
    summary.duration, latency.mean, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.timeout, json(threads[1]:get("answers")),
    json(threads[1]:get("marks") or {})))
end

return sale
