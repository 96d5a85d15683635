-- What kind of Redis this is, and which of our commands its user may not send.
-- allow-oom
-- KEYS none: a call with keys needs all rights to them before it begins
-- ARGV[1..]  a key under each pattern of ours that nothing else uses; they are gone afterwards
-- returns  {eviction policy, mode, missing rights...}; '' for what this user may not ask
--
-- Rights are looked at after the number of arguments and before anything else, so what a command
-- answers does not matter.
local commands = {
  { 'EXISTS' }, { 'DEL' }, { 'GET' }, { 'SET', '0' }, { 'APPEND', '0' }, { 'GETRANGE', 0, 0 },
  { 'SETRANGE', 0, '0' }, { 'STRLEN' }, { 'PERSIST' }, { 'PEXPIRE', 1000 },
  { 'PEXPIREAT', 1 }, { 'HGET', 'f' }, { 'HSET', 'f', 0 }, { 'HSETNX', 'f', 0 },
  { 'HMGET', 'f' }, { 'HGETALL' }, { 'HEXISTS', 'f' }, { 'HINCRBY', 'f', 1 }, { 'HKEYS' },
  { 'HVALS' }, { 'HLEN' }, { 'HSCAN', 0 }, { 'HDEL', 'f' }, { 'RPUSH', 'x' }, { 'LINDEX', 0 },
  { 'LPOP' }, { 'SADD', 'x' }, { 'SISMEMBER', 'x' }, { 'SMEMBERS' }, { 'XADD', '*', 'f', 0 },
  { 'XRANGE', '-', '+', 'COUNT', 1 }, { 'XREVRANGE', '+', '-', 'COUNT', 1 }, { 'UNLINK' },
  { 'ZADD', 0, 'x' }, { 'ZCARD' }, { 'ZCOUNT', 0, 0 }, { 'ZMSCORE', 'x' }, { 'ZRANGE', 0, 0 },
  { 'ZRANGEBYSCORE', 0, 0 }, { 'ZRANK', 'x' }, { 'ZREVRANGE', 0, 0 }, { 'ZREVRANK', 'x' },
  { 'ZSCAN', 0 }, { 'ZSCORE', 'x' }, { 'ZREM', 'x' }, { 'ZREMRANGEBYSCORE', 0, 0 },
  { 'ZPOPMIN' },
}

local function is_refused(reply)
  return type(reply) == 'table' and reply.err ~= nil
    and (string.find(reply.err, 'NOPERM', 1, true) ~= nil
      or string.find(reply.err, "executing the script can't", 1, true) ~= nil)
end

local function told(section, field)
  local reply = redis.pcall('INFO', section)
  return type(reply) == 'string' and string.match(reply, field .. ':([%w-]+)') or ''
end

local missing = {}
local function try(what, ...)
  if is_refused(redis.pcall(...)) then table.insert(missing, what) end
end

try('TIME', 'TIME')
for _, key in ipairs(ARGV) do
  local before = #missing
  for _, command in ipairs(commands) do
    try(command[1] .. ' ' .. key, command[1], key, unpack(command, 2))
  end
  try('RENAME ' .. key, 'RENAME', key, key)
  try('ZINTERCARD ' .. key, 'ZINTERCARD', 1, key)
  -- All are missing: the pattern is.
  if #missing - before == #commands + 2 then
    for _ = 1, #commands + 2 do table.remove(missing) end
    table.insert(missing, 'key ' .. key)
  end
  redis.pcall('UNLINK', key)
end
return { told('memory', 'maxmemory_policy'), told('server', 'redis_mode'), unpack(missing) }
