-- The shop: products, orders, coupons. One text for both engines, see 0001_ledger.sql.

create table products (
  product text not null,
  name text not null,
  -- Points for one.
  price bigint not null,
  -- What is left. Each of the three is changed by itself; stock + sold = supplied.
  stock bigint not null,
  sold bigint not null default 0,
  supplied bigint not null,
  constraint products_product primary key (product),
  constraint stock_not_negative check (stock >= 0),
  constraint product_price_in_range check (price >= 0 and price <= 9007199254740992)
);

-- Coupons for the first who come.
create table coupons (
  coupon text not null,
  name text not null,
  quantity bigint not null,
  -- The row that decides which commit issues the last one: from then on the coupon is finished.
  issued bigint not null default 0,
  -- One of the two: points off, or percent off, rounded down.
  discount_amount bigint,
  discount_percent bigint,
  -- When it can be claimed: from, and until before; null: no limit.
  starts_ms bigint,
  ends_ms bigint,
  -- Counts the changes; Redis takes none that is older than what it knows.
  revision bigint not null default 1,
  constraint coupons_coupon primary key (coupon),
  constraint issued_within_quantity check (issued >= 0 and issued <= quantity),
  constraint coupon_one_discount check ((discount_amount is null) <> (discount_percent is null)),
  constraint coupon_discount check (discount_amount > 0 or discount_percent between 1 and 100),
  constraint coupon_ends_after_start check (ends_ms > starts_ms)
);

-- Who has which coupon, and the how-manieth. One to a user, and no number twice. `sequence` is
-- written as null, and so refused, when it is beyond the coupon's quantity.
create table coupon_claims (
  user_id text not null,
  coupon text not null,
  sequence bigint not null,
  claimed_at_ms bigint not null,
  constraint coupon_claims_user_id_coupon primary key (user_id, coupon),
  constraint coupon_claims_coupon_sequence unique (coupon, sequence),
  constraint coupon_claims_coupon foreign key (coupon) references coupons (coupon)
);

-- What a coupon was spent on: a payment or an order. Once; a cancel gives it back.
create table coupon_uses (
  user_id text not null,
  coupon text not null,
  -- The payment or the order.
  reference text not null,
  used_at_ms bigint not null,
  constraint coupon_uses_user_id_coupon primary key (user_id, coupon),
  constraint coupon_uses_reference unique (reference),
  constraint coupon_uses_claim foreign key (user_id, coupon)
    references coupon_claims (user_id, coupon)
);

alter table payments add column coupon text;
-- What the coupon took off; `amount` is what was paid.
alter table payments add column discount bigint not null default 0;

-- `order` is a word of SQL.
create table orders (
  order_id text not null,
  user_id text not null,
  -- What was paid; with `discount` it is the sum of the lines.
  amount bigint not null,
  coupon text,
  discount bigint not null,
  paid_at_ms bigint not null,
  -- How often it was cancelled: stock, points and coupon go back once.
  cancels bigint not null default 0,
  constraint orders_order_id primary key (order_id),
  constraint order_cancelled_once check (cancels in (0, 1)),
  constraint order_amount check (amount >= 0 and discount >= 0)
);
create index orders_by_user on orders (user_id, paid_at_ms);

create table order_lines (
  order_id text not null,
  product text not null,
  -- Its place in the order as it was sent, from 0.
  line bigint not null,
  quantity bigint not null,
  -- For one, at the time of the order.
  price bigint not null,
  constraint order_lines_order_id_product primary key (order_id, product),
  constraint order_lines_order foreign key (order_id) references orders (order_id),
  constraint order_lines_product foreign key (product) references products (product),
  constraint order_quantity check (quantity > 0)
);
create index order_lines_by_product on order_lines (product);
