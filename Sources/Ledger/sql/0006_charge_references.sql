-- What charges are called elsewhere. One text for both engines, see 0001_ledger.sql.

-- A reference is a payment provider's name of what was paid. It counts once for ever: for a user,
-- and, where the provider's back end has sent it, for all users.
create table charge_references (
  user_id text not null,
  reference text not null,
  -- Who sent it first.
  source text not null,
  -- The transfer's reference.
  charge text not null,
  amount bigint not null,
  -- The balance in the first answer.
  balance bigint not null,
  at_ms bigint not null,
  constraint charge_references_user_id_reference primary key (user_id, reference),
  constraint charge_references_charge unique (charge),
  constraint charge_reference_source check (source in ('user', 'provider'))
);
create unique index charge_references_reference on charge_references (reference)
  where source = 'provider';
