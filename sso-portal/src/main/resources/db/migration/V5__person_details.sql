-- What else is known about a person, by the names of OpenID Connect.
alter table account add column details_json text default '{}' not null;
alter table account add column updated_at bigint default 0 not null;
