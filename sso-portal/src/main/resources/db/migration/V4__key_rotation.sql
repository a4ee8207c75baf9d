-- Keys come in generations; a new one is published before it signs.
alter table signing_key add column activates_at bigint default 0 not null;
