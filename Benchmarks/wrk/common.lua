-- Shared by the load scripts. wrk runs them; `-- ROOM VISITORS TAG` follows its own arguments.
-- A request is a ready string: wrk.format for each one would be paid by the load core.
local common = {}

-- ROOM is the room's name, VISITORS a file of lines "user<TAB>ticket", TAG makes new users unique.
function common.arguments(args)
  return { room = assert(args[1]), visitors = assert(args[2]), tag = assert(args[3]) }
end

function common.request(method, path, user, ticket)
  local text = method .. " " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-User-Id: " .. user
  if ticket then text = text .. "\r\nOnsale-Ticket: " .. ticket end
  if method == "POST" then text = text .. "\r\nContent-Length: 0" end
  return text .. "\r\n\r\n"
end

-- One ready request for every visitor in the file: 100,000 x ~250 B is 25 MB.
function common.requestsOfVisitors(method, path, file)
  local requests = {}
  for line in io.lines(file) do
    local user, ticket = line:match("^(%S+)\t(%S+)$")
    requests[#requests + 1] = common.request(method, path, user, ticket)
  end
  assert(#requests > 0, "no visitors in " .. file)
  return requests
end

-- The runner reads this line; wrk's own print-out rounds and hides.
function common.done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'BENCH {"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,"max":%d,'
      .. '"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max,
    e.status, e.connect + e.read + e.write + e.timeout))
end

return common
