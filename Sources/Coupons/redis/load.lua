-- Builds the gate from the ledger. Numbers that the ledger is deciding on right now are not known
-- any more; their outcome comes by coupon_settle, and a number that was given out twice because of
-- it is refused by the ledger.
-- KEYS[1]-KEYS[4]  the coupon, see lib/coupon.lua
-- KEYS[5], KEYS[6] what coupon_stage has brought, or missing
-- ARGV[1]  what is to be replaced: "" nothing, it must be missing; "<generation>-<version>" that
-- ARGV[2]  generation that the new one must reach at least
-- ARGV[3]  revision   ARGV[4] quantity   ARGV[5] start   ARGV[6] end, ms; 0: none
-- ARGV[7]  how long it stays in Redis after its end, ms; 0: for good
-- ARGV[8]  issued   ARGV[9] the highest number issued
-- returns  the head of the reply of what is there now: this, or what somebody else has built
local known = load()
local found = known and string.format('%.0f-%d', gate.gen, gate.ver) or ''
if ARGV[1] ~= found then
  redis.call('UNLINK', KEYS[5], KEYS[6])
  return known and answer() or { 0 }
end
local issued, highest = ARGV[8], ARGV[9] -- guard: refill
local gen = math.max(now_us, tonumber(ARGV[2]), gate and gate.gen + 1 or 0)
drop()
for from, to in pairs({ [KEYS[5]] = USERS, [KEYS[6]] = RETURNED }) do
  if redis.call('EXISTS', from) == 1 then -- guard: refill
    redis.call('RENAME', from, to)
    redis.call('PERSIST', to)
  end
end
redis.call('HSET', GATE, 'gen', string.format('%.0f', gen), 'ver', 1, 'rev', ARGV[3],
  'quantity', ARGV[4], 'starts', ARGV[5], 'ends', ARGV[6], 'next', highest, 'issued', issued,
  'retain', ARGV[7])
load()
live_on()
return answer()
