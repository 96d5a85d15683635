-- The ledger: accounts and their journal, concerts, seats, payments, rooms, outbox.
--
-- One text for SQLite and PostgreSQL; a line that ends in an engine's name is for that engine only.
-- Names of UNIQUE and PRIMARY KEY constraints are table_column_column: so does SQLite report them.
-- Times are milliseconds since 1970 UTC, amounts are points. 9007199254740992 is 2^53: beyond it a
-- reader whose numbers are doubles rounds without knowing it.

-- Who has how many points. The house's accounts (`house:...`) have no stored balance: theirs is the
-- sum of the journal, for a row that every payment changes would be a queue.
create table accounts (
  account text not null,
  balance bigint not null,
  constraint accounts_account primary key (account),
  constraint balance_not_negative check (balance >= 0),
  constraint balance_at_most_2_53 check (balance <= 9007199254740992)
);

-- The journal. A row is a double entry: what one account gives, another gets.
create table transfers (
  transfer bigint generated always as identity, -- postgres
  transfer integer primary key autoincrement, -- sqlite
  debit text not null,
  credit text not null,
  amount bigint not null,
  kind text not null,
  -- What caused it; a cause moves points once.
  reference text not null,
  at_ms bigint not null,
  constraint transfers_kind_reference unique (kind, reference),
  constraint transfer_of_points check (amount > 0 and amount <= 9007199254740992
    and debit <> credit and kind in ('charge', 'payment', 'refund'))
);

create table concerts (
  concert text not null,
  title text not null,
  constraint concerts_concert primary key (concert)
);

create table performances (
  performance text not null,
  concert text not null,
  date text not null,
  opening_ms bigint,
  seats bigint not null,
  price bigint not null,
  room text,
  hold_seconds bigint not null,
  max_seats_per_user bigint not null,
  -- Seats sold and payments behind them now; the row that decides which commit sold the last seat.
  sold bigint not null default 0,
  payments bigint not null default 0,
  constraint performances_performance primary key (performance),
  constraint performances_concert foreign key (concert) references concerts (concert),
  constraint sold_within_seats check (sold >= 0 and sold <= seats),
  constraint price_in_range check (price >= 0 and price <= 9007199254740992)
);
create index performances_by_concert on performances (concert);
create index performances_by_room on performances (room);

-- Every seat there is: the allotment. A sold seat must be one of them.
create table seats (
  performance text not null,
  seat bigint not null,
  constraint seats_performance_seat primary key (performance, seat),
  constraint seats_performance foreign key (performance) references performances (performance)
);

create table payments (
  payment text not null,
  -- The number of the hold that was paid: paid once, whatever is sent.
  hold text not null,
  user_id text not null,
  performance text not null,
  -- The seats' numbers, `1,2,3`; they stay here when a cancel frees the seats.
  seats text not null,
  seat_count bigint not null,
  amount bigint not null,
  paid_at_ms bigint not null,
  -- How often it was cancelled: seats and points go back once.
  cancels bigint not null default 0,
  constraint payments_payment primary key (payment),
  constraint payments_hold unique (hold),
  constraint payments_performance foreign key (performance) references performances (performance),
  constraint cancelled_once check (cancels in (0, 1)),
  constraint payment_amount check (amount >= 0 and seat_count > 0)
);
create index payments_by_user on payments (user_id, paid_at_ms);
create index payments_by_performance on payments (performance, user_id);

-- A seat is sold once: the last line, whatever a hold said.
create table sold_seats (
  performance text not null,
  seat bigint not null,
  payment text not null,
  constraint sold_seats_performance_seat primary key (performance, seat),
  constraint sold_seats_seat foreign key (performance, seat) references seats (performance, seat),
  constraint sold_seats_payment foreign key (payment) references payments (payment)
);

-- The first answer to an Idempotency-Key, kept for 24 h. Written in the transaction it answers for.
create table idempotency (
  user_id text not null,
  key text not null,
  -- SHA-256 of method, path and body.
  fingerprint text not null,
  -- What became of it: paid, charged, cancelled, or the code of a refusal.
  outcome text not null,
  -- The payment, if there is one.
  reference text not null,
  -- The balance in the answer.
  balance bigint not null,
  at_ms bigint not null,
  constraint idempotency_user_id_key primary key (user_id, key)
);
create index idempotency_by_age on idempotency (at_ms);

-- What rooms were told to be, and how far they have come: enough to bring them back.
create table rooms (
  room text not null,
  -- JSON, as PUT /admin/v1/rooms/{room} takes it.
  settings text not null,
  state text not null,
  -- Counts the changes of settings and state. Each is made from the one before it; the highest
  -- counts.
  revision bigint not null,
  -- The newest generation that was opened, and the highest number handed out to open one: a number
  -- is handed out once.
  generation bigint not null,
  generation_claim bigint not null,
  -- No visitor has a sequence above this; a new generation starts its sequences above it.
  sequence_lease bigint not null,
  -- The last entry of the room's journal in Redis that is in `admissions`.
  journal_generation bigint not null,
  journal_entry bigint not null,
  constraint rooms_room primary key (room),
  constraint room_state check (state in ('open', 'paused', 'draining', 'closed', 'sold_out')),
  constraint generation_was_claimed check (generation <= generation_claim)
);

-- Who was let into a room, and how it ended: restores who was inside after the loss of Redis, and
-- keeps those out who have finished. A row goes an hour after the end of its session.
create table admissions (
  room text not null,
  user_id text not null,
  sequence bigint not null,
  admitted_at_ms bigint not null,
  -- The hard end of the session: until then its ticket opens the door.
  ends_at_ms bigint not null,
  -- Null while inside.
  ended_at_ms bigint,
  ended_as text,
  constraint admissions_room_user_id_sequence primary key (room, user_id, sequence),
  constraint admission_ended_as check (ended_as in ('done', 'left', 'expired')),
  constraint admission_ended check ((ended_at_ms is null) = (ended_as is null))
);
create index admissions_by_end on admissions (ends_at_ms);

-- What happened, for Redis, for streams, for rankings: written by the transaction that made it
-- happen. `row_id` is not in the order of commits; `number` is given later, without gaps, by the
-- relay. A row is in one index at a time, for every sale pays for them.
create table outbox (
  row_id bigint generated always as identity, -- postgres
  row_id integer primary key autoincrement, -- sqlite
  number bigint,
  kind text not null,
  subject text not null,
  -- JSON.
  payload text not null,
  at_ms bigint not null
);
create unique index outbox_unnumbered on outbox (row_id) where number is null;
create unique index outbox_number on outbox (number) where number is not null;

-- How far each consumer of the outbox has come.
create table cursors (
  consumer text not null,
  number bigint not null,
  constraint cursors_consumer primary key (consumer)
);
