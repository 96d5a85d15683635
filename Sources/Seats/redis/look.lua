-- How far the seats are, what is sold, and with which settings; nothing changed: for a comparison
-- with the ledger.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV none
-- returns  {0} unknown, or
--          {1, generation, version, 0, last number applied, seats, price, hold time in ms, seats a
--           user may have, opening in ms, 0: open, sold seats, payments,
--           when the last event applied was decided, ms, 0: unknown}
if not load() then return { 0 } end
return {
  1, seats.gen, seats.ver, 0, seats.cursor, seats.total, seats.price, seats.hold_ms, seats.limit,
  seats.opening, seats.sold, seats.payments, seats.ms or 0,
}
