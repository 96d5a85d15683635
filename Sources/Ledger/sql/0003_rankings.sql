-- Rankings: when performances sold out, boards and their scores, charts. One text for both engines,
-- see 0001_ledger.sql.

-- Since when it can be bought where no opening is set.
alter table performances add column made_ms bigint;
-- The instants of the commits that sold nine tenths, and all, of the seats there were then. Written
-- by these commits and never again.
alter table performances add column t90_ms bigint;
alter table performances add column t100_ms bigint;

-- A refund takes units off the day of the sale, and is the latest change of that day's score.
alter table payments add column cancelled_at_ms bigint;
alter table orders add column cancelled_at_ms bigint;

-- What is known of the time before, from the outbox: it has every sale and every cancel.
update performances set made_ms = made.at_ms
from (
  select subject, min(at_ms) as at_ms from outbox where kind = 'performance.changed'
  group by subject
) as made
where made.subject = performances.performance;

-- Of the seats there are now: how many there were then is not known.
with changes as (
  select b.performance, o.number, o.row_id, o.at_ms,
    case when o.kind = 'seats.sold' then b.seat_count else -b.seat_count end as seats
  from outbox o
  join payments b on b.payment = json_extract(o.payload, '$.payment') -- sqlite
  join payments b on b.payment = cast(o.payload as json) ->> 'payment' -- postgres
  where o.kind in ('seats.sold', 'seats.freed')
), running as (
  select c.performance, c.at_ms, p.seats, sum(c.seats) over (
    partition by c.performance order by c.number nulls last, c.row_id) as sold
  from changes c join performances p on p.performance = c.performance
), crossings as (
  select performance,
    min(case when sold * 10 >= seats * 9 then at_ms end) as t90_ms,
    min(case when sold >= seats then at_ms end) as t100_ms
  from running group by performance
)
update performances set t90_ms = crossings.t90_ms, t100_ms = crossings.t100_ms
from crossings where crossings.performance = performances.performance;

update payments set cancelled_at_ms = back.at_ms
from (
  select json_extract(payload, '$.payment') as payment, at_ms -- sqlite
  select cast(payload as json) ->> 'payment' as payment, at_ms -- postgres
  from outbox where kind = 'seats.freed'
) as back
where payments.cancels > 0 and back.payment = payments.payment;

-- Of an order there is a row for each line, all of the same instant.
update orders set cancelled_at_ms = back.at_ms
from (
  select json_extract(payload, '$.order') as order_id, at_ms -- sqlite
  select cast(payload as json) ->> 'order' as order_id, at_ms -- postgres
  from outbox where kind = 'product.returned'
) as back
where orders.cancels > 0 and back.order_id = orders.order_id;

-- When the seats were sold, as rows from now on say: what counts sales by days reads it.
update outbox set payload = substr(payload, 1, length(payload) - 1) || ',"soldAtMs":'
  || cast(b.paid_at_ms as text) || '}'
from payments b
where outbox.kind = 'seats.freed' and b.cancels > 0
  and b.payment = json_extract(outbox.payload, '$.payment') -- sqlite
  and b.payment = cast(outbox.payload as json) ->> 'payment' -- postgres
;

-- The lists of a day, a week or a month are summed up from these when Redis is away.
create index payments_by_time on payments (paid_at_ms);
create index orders_by_time on orders (paid_at_ms);

create table boards (
  board text not null,
  -- `realtime,daily,weekly,monthly,all`: some of them, in this order.
  windows text not null,
  -- `Asia/Seoul`: its midnights turn the periods.
  time_zone text not null,
  constraint boards_board primary key (board)
);
-- Kept by the sale and by the shop.
insert into boards (board, windows, time_zone) values
  ('concerts', 'realtime,daily,weekly,monthly,all', 'UTC'),
  ('products', 'realtime,daily,weekly,monthly,all', 'UTC');

-- What members of the other boards have in all. 2147483647 is 2^31 - 1: above it a board's packed
-- score would not be exact.
create table scores (
  board text not null,
  member text not null,
  score bigint not null,
  constraint scores_board_member primary key (board, member),
  constraint scores_board foreign key (board) references boards (board),
  constraint score_in_range check (score >= 0 and score <= 2147483647)
);

-- The changes that made them; each counts once.
create table score_events (
  -- In the order in which they changed a member's score: it is taken while the score is locked.
  event bigint generated always as identity, -- postgres
  event integer primary key autoincrement, -- sqlite
  board text not null,
  event_id text not null,
  member text not null,
  -- `add`: so much more; `set`: so much from now on.
  change text not null,
  units bigint not null,
  at_ms bigint not null,
  constraint score_events_board_event_id unique (board, event_id),
  constraint score_event_change check (change in ('add', 'set'))
);
create index score_events_by_time on score_events (board, at_ms);

-- Lists of days, weeks and months that are over, as they were when they were frozen. `list` is the
-- board's window.
create table frozen_periods (
  board text not null,
  list text not null,
  -- `2026-05-01`, `2026-W18`, `2026-05`.
  period text not null,
  starts_ms bigint not null,
  entries bigint not null,
  frozen_at_ms bigint not null,
  constraint frozen_periods_board_list_period primary key (board, list, period)
);
create index frozen_periods_by_start on frozen_periods (board, list, starts_ms);

create table charts (
  board text not null,
  list text not null,
  period text not null,
  rank bigint not null,
  member text not null,
  score bigint not null,
  constraint charts_board_list_period_rank primary key (board, list, period, rank),
  constraint charts_period foreign key (board, list, period)
    references frozen_periods (board, list, period),
  constraint chart_rank check (rank between 1 and 1000)
);
create index charts_by_member on charts (board, list, member);

-- The best rank that a member ever had in a list.
create table peaks (
  board text not null,
  list text not null,
  member text not null,
  rank bigint not null,
  at_ms bigint not null,
  constraint peaks_board_list_member primary key (board, list, member),
  constraint peak_rank check (rank >= 1)
);

-- Rank over time, a row for each change.
create table samples (
  board text not null,
  list text not null,
  member text not null,
  at_ms bigint not null,
  rank bigint not null,
  score bigint not null,
  constraint samples_board_list_member_at_ms primary key (board, list, member, at_ms)
);
create index samples_by_age on samples (at_ms);
