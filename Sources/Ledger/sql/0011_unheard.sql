-- Who was let in and has not heard of it yet. One text for both engines, see 0001_ledger.sql.

-- 1 until the visitor has asked after their admission: their session begins then. After a loss of
-- Redis they are let in as before, and have time to hear of it.
alter table admissions add column unheard bigint not null default 0;
