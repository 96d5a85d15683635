-- The line in Redis: one EVALSHA a request over a pool of kept connections.
-- A script's SHA is computed from its text at start, so no request has to ask for it; a Redis that
-- does not know the script yet (NOSCRIPT) gets its text once, with EVAL.
local redis = require "nginx.redis"

local connectionsMax = 128 -- twice the load's 64 connections: none is ever closed for want of room
local idleMs = 60000
local timeoutMs = 2000

local line = {}
local address
local scripts = {}

local function hex(bytes)
  return (bytes:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end

function line.configure(folder, redisAddress)
  address = redisAddress
  for _, name in ipairs { "enter", "status", "admission", "promote" } do
    local file = assert(io.open(folder .. name .. ".lua", "r"))
    local text = file:read("*a")
    file:close()
    scripts[name] = { text = text, sha = hex(ngx.sha1_bin(text)) }
  end
end

local function connected()
  local connection = redis:new()
  connection:set_timeout(timeoutMs)
  local ok, problem = connection:connect(address)
  if not ok then return nil, problem end
  return connection
end

-- Calls a script with `count` keys, then its arguments. -> result, or nil and the problem
function line.call(name, count, ...)
  local script = scripts[name]
  local connection, problem = connected()
  if not connection then return nil, problem end
  local result
  result, problem = connection:evalsha(script.sha, count, ...)
  if result == false and problem:sub(1, 8) == "NOSCRIPT" then
    result, problem = connection:eval(script.text, count, ...)
  end
  if result == nil then return nil, problem end -- the wire broke: not a connection to keep
  connection:set_keepalive(idleMs, connectionsMax)
  if result == false then return nil, problem end
  return result
end

-- The names of all rooms. -> array, or nil and the problem
function line.rooms()
  local connection, problem = connected()
  if not connection then return nil, problem end
  local names
  names, problem = connection:smembers("rooms")
  if not names then return nil, problem end
  connection:set_keepalive(idleMs, connectionsMax)
  return names
end

return line
