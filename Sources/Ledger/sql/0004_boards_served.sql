-- Boards are served: their settings are told apart, and refunds are found by their time. One text
-- for both engines, see 0001_ledger.sql.

-- Counts the changes of the settings: what Redis keeps was made with one of them.
alter table boards add column revision bigint not null default 1;

-- Sums of some members of a board: of all, slice by slice.
create index score_events_by_member on score_events (board, member);

-- What was given back within some seconds, for the rate at which a performance sells.
create index payments_by_cancel on payments (cancelled_at_ms) where cancelled_at_ms is not null;

-- Who sold out fastest: T90, not below 0, of those of which it is known.
create index performances_by_t90 on performances (
  (case when t90_ms > coalesce(opening_ms, made_ms)
    then t90_ms - coalesce(opening_ms, made_ms) else 0 end)
) where t90_ms is not null and coalesce(opening_ms, made_ms) is not null;

-- Best ranks as they come: what is new since the last look.
create index peaks_by_time on peaks (board, list, at_ms, member);
