-- The waiting room's HTTP. Fewer duties than Onsale has: a visitor is whoever X-User-Id says, the
-- ticket carries no signature and is not checked, an admitted visitor gets no signed pass.
local line = require "line"
local lrucache = require "resty.lrucache"

local ngx = ngx
local floor, max, min = math.floor, math.max, math.min
local find, sub = string.find, string.sub

local ticketLength = 103 -- as long as an Onsale ticket, so that the answers weigh the same
local admissionsPerSecond = 10 -- what the estimate assumes; no statistics are kept
local padding = string.rep("0", ticketLength)

local room = {}
local keysOfRoom = assert(lrucache.new(1000))

local function keys(name)
  local found = keysOfRoom:get(name)
  if not found then
    local tag = "{r:" .. name .. "}:"
    found = {
      waiting = tag .. "waiting", inside = tag .. "inside",
      seen = tag .. "seen", settings = tag .. "settings",
    }
    keysOfRoom:set(name, found)
  end
  return found
end

local function send(status, body)
  ngx.status = status
  ngx.header.content_length = #body
  ngx.print(body)
end

local function refuse(status, code)
  return send(status, '{"status":' .. status .. ',"code":"' .. code .. '"}')
end

local function unavailable(problem)
  ngx.log(ngx.ERR, "redis: ", problem)
  return refuse(503, "store_unavailable")
end

-- The caller, or nil. Only characters that need no escaping in JSON pass.
local function caller()
  local user = ngx.var.http_x_user_id
  if user and #user <= 128 and find(user, "^[%w_.:@-]+$") then return user end
end

local function waitingBody(name, user, position)
  local ahead = position - 1
  local seconds = ahead / admissionsPerSecond
  return '{"ticket":"' .. sub(user .. padding, 1, ticketLength)
    .. '","room":"' .. name
    .. '","state":"waiting","position":' .. position
    .. ',"ahead":' .. ahead
    .. ',"estimatedWaitSeconds":{"min":' .. floor(seconds * 0.8)
    .. ',"max":' .. floor(seconds * 1.25) + 1
    .. '},"pollAfterMs":' .. min(max(ahead * 10, 2000), 60000)
    .. ',"sessionExpiresAt":null,"pass":null}'
end

local function admittedBody(name, user, expiry)
  return '{"ticket":"' .. sub(user .. padding, 1, ticketLength)
    .. '","room":"' .. name
    .. '","state":"admitted","position":null,"ahead":null,"estimatedWaitSeconds":null'
    .. ',"pollAfterMs":30000,"sessionExpiresAt":"'
    .. os.date("!%Y-%m-%dT%H:%M:%S", floor(expiry / 1000))
    .. string.format('.%03dZ","pass":null}', expiry % 1000)
end

function room.enter()
  local user, name = caller(), ngx.var[1]
  if not user then return refuse(401, "unauthenticated") end
  local k = keys(name)
  local place, problem = line.call("enter", 4, k.waiting, k.inside, k.seen, k.settings, user)
  if not place then return unavailable(problem) end
  if place > 0 then return send(202, waitingBody(name, user, place)) end
  if place < 0 then return send(200, admittedBody(name, user, -place)) end
  return refuse(404, "not_found")
end

function room.status()
  local user, name = caller(), ngx.var[1]
  if not user then return refuse(401, "unauthenticated") end
  local k = keys(name)
  local place, problem = line.call("status", 3, k.waiting, k.inside, k.seen, user)
  if not place then return unavailable(problem) end
  if place > 0 then return send(200, waitingBody(name, user, place)) end
  if place < 0 then return send(200, admittedBody(name, user, -place)) end
  return refuse(404, "not_found")
end

function room.admission()
  local user = caller()
  if not user then return refuse(401, "unauthenticated") end
  local valid, problem = line.call("admission", 1, keys(ngx.var[1]).inside, user)
  if not valid then return unavailable(problem) end
  if valid == 1 then return ngx.exit(204) end
  return refuse(401, "unauthenticated")
end

local function promote(premature)
  if premature then return end
  local names, problem = line.rooms()
  for _, name in ipairs(names or {}) do
    local k = keys(name)
    local _, failed = line.call("promote", 3, k.waiting, k.inside, k.settings)
    problem = problem or failed
  end
  if problem then ngx.log(ngx.ERR, "promotion: ", problem) end
end

-- One worker admits for all; requests never have to.
function room.promoteEverySecond()
  if ngx.worker.id() == 0 then assert(ngx.timer.every(1, promote)) end
end

return room
