-- The smallest entry of the ledger, one row: PUT /admin/v1/concerts/{concert}, a new one each time.
local sale = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "sale.lua")
local given
local sent = 0

function init(args) given = sale.arguments(args) end

request = sale.requests(function()
  sent = sent + 1
  return sale.concert(given.tag .. string.format("-%08d", sent), given.key)
end)

function response(status) sale.count(status, 200, "put") end

setup, done = sale.setup, sale.done
