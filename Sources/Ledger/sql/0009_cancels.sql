-- How often, and until when, a buyer may cancel; and what the operator has cancelled. One text for
-- both engines, see 0001_ledger.sql.

-- Cancels of one user; null: no limit. Performances of before keep none.
alter table performances add column cancels_per_user bigint;
-- Buyers cancel before this instant; null: at any time.
alter table performances add column cancel_until_ms bigint;

-- How many payments of a performance a user has cancelled. `cancels` is written as null, and so
-- refused, when the performance allows no further one. Without a limit, to hold, pay and cancel in
-- a loop would write rows without end and cost nothing.
create table performance_cancels (
  performance text not null,
  user_id text not null,
  cancels bigint not null,
  constraint performance_cancels_performance_user_id primary key (performance, user_id),
  constraint performance_cancels_performance foreign key (performance)
    references performances (performance)
);

-- The same for orders: how many a user has cancelled on the day of the last cancel, counted from
-- 1970 in UTC.
create table order_cancels (
  user_id text not null,
  day bigint not null,
  cancels bigint not null,
  constraint order_cancels_user_id primary key (user_id)
);

-- What the operator has cancelled for a buyer, and why.
create table operator_cancels (
  -- The payment or the order.
  reference text not null,
  reason text not null,
  -- The buyer's points after it.
  balance bigint not null,
  at_ms bigint not null,
  constraint operator_cancels_reference primary key (reference)
);
