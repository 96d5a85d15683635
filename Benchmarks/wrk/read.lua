-- Reads: GET of one path, or of a random one. `%d` in it stands for a number from 0 to `below` - 1.
-- Answers are not looked at one by one: the load core would pay for it, and so little is left of it.
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local before, format, after, below
local HEAD, TAIL = "GET ", " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

function init(args)
  local given = sale.arguments(args)
  local path = given.path
  before, format, after = path:match("^(.-)(%%%d*d)(.*)$")
  below = given.below
  before, after = HEAD .. (before or path), (after or "") .. TAIL
  math.randomseed(42)
end

function request()
  if not format then return before .. after end
  return before .. string.format(format, math.random(below) - 1) .. after
end

-- As in sale.lua; who was answered otherwise than 2xx was refused.
function done(summary, latency)
  local e = summary.errors
  local refused = e.status > 0 and string.format(',"refused":%d', e.status) or ""
  io.write(string.format(
    'BENCH {"microseconds":%d,"mean":%d,"p50":%d,"p99":%d,"max":%d,"broken":%d,'
      .. '"answers":{"read":%d%s},"marks":{}}\n',
    summary.duration, latency.mean, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.timeout, summary.requests - e.status, refused))
end
