-- Takes over what the ledger says of a coupon, unless something newer is known.
-- KEYS[1]-KEYS[4]  the coupon, see lib/coupon.lua
-- ARGV[1]  revision   ARGV[2] quantity   ARGV[3] start   ARGV[4] end, ms; 0: none
-- ARGV[5]  how long it stays in Redis after its end, ms; 0: for good
-- returns  {0} unknown: nothing to do; or the head of the reply
if not load() then return { 0 } end
if tonumber(ARGV[1]) > gate.rev then -- guard: revision
  gate.rev, gate.quantity = tonumber(ARGV[1]), tonumber(ARGV[2])
  gate.starts, gate.ends = tonumber(ARGV[3]), tonumber(ARGV[4])
  gate.retain = tonumber(ARGV[5])
  changed = true
end
return answer()
