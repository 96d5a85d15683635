-- What the ledger sold and freed, from its outbox, in the order of the numbers. A number that was
-- applied does nothing; nor does what was done before its row arrived. Number 0 is a row that has
-- none yet: it is applied, and comes again with its number.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1..] per row: number or 0, s sold or f freed, payment, the payment's four bytes, user,
--           seats "1,2,3"
-- returns  {0} unknown, {3, generation, version} fewer seats than that, or
--          {1, generation, version, more, the last number applied}
if not load() then return { 0 } end
for i = 6, #ARGV, 6 do
  if lacks(numbers(ARGV[i])) then return { 3, seats.gen, seats.ver } end
end
sweep()
for i = 1, #ARGV, 6 do
  local number, kind, list = tonumber(ARGV[i]), ARGV[i + 1], numbers(ARGV[i + 5])
  if number == 0 or number > seats.cursor then -- guard: cursor
    local payment, tag, user = ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
    if kind == 's' then
      sell(payment, tag, user, list)
    else
      unsell(payment, tag, user, list)
    end
    seats.cursor = math.max(seats.cursor, number)
  end
end
redis.call('HSET', SEATS, 'cursor', seats.cursor)
return answer(seats.cursor)
