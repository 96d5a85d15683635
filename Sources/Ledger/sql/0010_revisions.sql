-- How often the operator has changed a thing: what `If-Match` is compared with. One text for both
-- engines, see 0001_ledger.sql.

alter table concerts add column revision bigint not null default 1;
alter table performances add column revision bigint not null default 1;
-- Of name, price and stock by the operator; orders do not count.
alter table products add column revision bigint not null default 1;
-- `revision` of a board counts what builds its lists anew; this counts each time it was put.
alter table boards add column puts bigint not null default 1;
