-- What each consumer was given of each thing. One text for both engines, see 0001_ledger.sql.

-- The last event of a performance, or of a board, that a consumer of the outbox has brought to
-- Redis. Written together with the consumer's row of `cursors`. A Redis that has an earlier number
-- of it is older than it was.
create table deliveries (
  consumer text not null,
  subject text not null,
  number bigint not null,
  constraint deliveries_consumer_subject primary key (consumer, subject)
);

-- What was brought before this table was there.
insert into deliveries (consumer, subject, number)
select c.consumer, o.subject, max(o.number) from outbox o
join cursors c on c.consumer = 'seats' and o.number <= c.number
where o.kind in ('seats.sold', 'seats.freed') group by c.consumer, o.subject;

insert into deliveries (consumer, subject, number)
select d.consumer, d.board, max(d.number) from (
  select c.consumer, o.number, case
    when o.kind in ('seats.sold', 'seats.freed') then 'concerts'
    when o.kind in ('product.sold', 'product.returned') then 'products'
    else o.subject end as board
  from outbox o join cursors c on c.consumer = 'boards' and o.number <= c.number
  where o.kind in ('seats.sold', 'seats.freed', 'product.sold', 'product.returned',
    'score.changed')
) d group by d.consumer, d.board;
