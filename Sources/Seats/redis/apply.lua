-- What the ledger sold and freed, from its outbox, in the order of the numbers. A number that was
-- applied does nothing; nor does what was done before its row arrived. Number 0 is a row that has
-- none yet: it is applied, and comes again with its number. To a later load it may be an old story:
-- that load knows its number, and no longer what was cancelled.
-- allow-oom
-- KEYS[1]-KEYS[10]  the seats, see lib/seats.lua
-- ARGV[1]   generation that was there before the rows were read; 0: all rows have numbers
-- ARGV[2]   when the last row that has a number was decided, ms; 0: unknown
-- ARGV[3..] per row: number or 0, s sold or f freed, payment, the payment's four bytes, user,
--           seats "1,2,3"
-- returns  {0} unknown, {2, generation, version} loaded since, {3, generation, version} fewer seats
--          than that: nothing is changed; or
--          {1, generation, version, more, the last number applied}
if not load() then return { 0 } end
local as_of = tonumber(ARGV[1])
if as_of > 0 and as_of ~= seats.gen then return { 2, seats.gen, seats.ver } end -- guard: loaded
for i = 8, #ARGV, 6 do
  if lacks(numbers(ARGV[i])) then return { 3, seats.gen, seats.ver } end
end
sweep()
local before = seats.cursor
for i = 3, #ARGV, 6 do
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
if seats.cursor > before then
  redis.call('HSET', SEATS, 'cursor', seats.cursor, 'ms', ARGV[2])
end
return answer(seats.cursor)
