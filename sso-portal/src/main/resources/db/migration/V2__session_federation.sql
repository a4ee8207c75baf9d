-- What is known of a session but needed only now and then: whose it is, where it began, and what its provider calls it. The session
-- itself is in the cluster and in cluster_record; this is how it is found by anything but its id.
create table session_link (
    session_id            varchar(64)   primary key,
    account_id            varchar(64)   not null,
    provider              varchar(64)   not null,
    -- hashes of the provider's name for its session and for the person
    upstream_session      varchar(64),
    upstream_name         varchar(64)   not null,
    -- what the provider wants to hear at logout
    upstream_logout_json  text          not null,
    user_agent            varchar(255)  not null,
    address               varchar(64)   not null,
    expires_at            bigint        not null
);
create index session_link_account on session_link (account_id);
create index session_link_upstream_session on session_link (upstream_session);
create index session_link_upstream_name on session_link (upstream_name);
create index session_link_expires on session_link (expires_at);

-- Whom the end of a session concerns, and whether they have been told: the work still to do and the receipts in one.
create table logout_notice (
    session_id      varchar(64)   not null,
    channel         varchar(16)   not null,
    recipient       varchar(255)  not null,
    recipient_name  varchar(255)  not null,
    account_id      varchar(64)   not null,
    state           varchar(16)   not null,
    tries           integer       not null,
    answer          varchar(255)  not null,
    created_at      bigint        not null,
    changed_at      bigint        not null,
    -- when it is somebody's turn to try; whoever moves it on has the turn
    next_try_at     bigint        not null,
    primary key (session_id, channel, recipient)
);
create index logout_notice_due on logout_notice (channel, state, next_try_at);
create index logout_notice_account on logout_notice (account_id);
create index logout_notice_created on logout_notice (created_at);

create index refresh_token_family_account on refresh_token_family (account_id);
create index cluster_record_map_expires on cluster_record (map_name, expires_at);

-- What must not be accepted although it has not expired. Every member has these in memory; this is where they outlive all members, and
-- where one side of a split cluster finds those of the other.
create table revocation_mark (
    mark        varchar(255)  primary key,
    created_at  bigint        not null,
    expires_at  bigint        not null
);
create index revocation_mark_created on revocation_mark (created_at);
create index revocation_mark_expires on revocation_mark (expires_at);

insert into revocation_mark (mark, created_at, expires_at)
    select record_key, 0, expires_at from cluster_record where map_name = 'loaded.revocations';
delete from cluster_record where map_name = 'loaded.revocations';

-- When the current token of a family was given out: a retry of the request that got it is not a theft.
alter table refresh_token_family add column rotated_at bigint default 0 not null;
