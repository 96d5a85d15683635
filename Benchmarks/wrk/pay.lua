-- Pays the holds that hold.lua wrote to `file`, each once: POST /api/v1/payments
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local requests = {}
local sent, paid = 0, 0

function init(args)
  local given = sale.arguments(args)
  local first, last, line = given.first, given.first + given.count - 1, 0
  for text in io.lines(given.file) do
    line = line + 1
    if line >= first and line <= last then
      local user, token = text:match("^(%S+)\t(%S+)$")
      requests[#requests + 1] = sale.pay(user, token, given.tag .. "-" .. line)
    end
  end
  assert(#requests == given.count, "not enough holds in " .. given.file)
end

request = sale.requests(function()
  sent = sent + 1
  return requests[sent]
end)

function response(status)
  if not sale.count(status, 201, "paid") then return end
  paid = paid + 1
  if paid == #requests then sale.stop() end
end

setup, done = sale.setup, sale.done
