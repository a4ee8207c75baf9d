-- A change is written over the version it was made from, and no other: two sides of a split do not undo each other's.
alter table cluster_record add column version integer default 0 not null;
