-- Times are milliseconds since 1970 in UTC: the same on every database, and compared against the portal's clock, never the database's.

create table account (
    id              varchar(64)   primary key,
    username        varchar(255)  not null,
    name            varchar(255)  not null,
    email           varchar(320),
    email_verified  boolean       not null,
    -- whether a provider that may link has vouched for the address
    email_linkable  boolean       not null,
    locale          varchar(35),
    picture         varchar(2048),
    groups_json     text          not null,
    roles_json      text          not null,
    provider        varchar(64)   not null,
    created_at      bigint        not null,
    signed_in_at    bigint        not null,
    disabled        boolean       not null
);
create index account_email on account (email);

-- A person at an upstream provider: who signs in there is this account here.
create table upstream_link (
    provider    varchar(64)   not null,
    subject     varchar(512)  not null,
    account_id  varchar(64)   not null references account (id),
    created_at  bigint        not null,
    primary key (provider, subject)
);
create index upstream_link_account on upstream_link (account_id);

create table consent (
    account_id  varchar(64)   not null references account (id),
    client_id   varchar(255)  not null,
    scopes      varchar(4000) not null,
    granted_at  bigint        not null,
    primary key (account_id, client_id)
);

-- One row per grant that may refresh; the row rotates, the family lives on.
create table refresh_token_family (
    id             varchar(64)   primary key,
    client_id      varchar(255)  not null,
    account_id     varchar(64)   not null,
    session_id     varchar(64)   not null,
    authorization_json text      not null,
    -- how often the token has been replaced; the current token carries this number
    rotation       integer       not null,
    created_at     bigint        not null,
    expires_at     bigint        not null,
    revoked        boolean       not null
);
create index refresh_token_family_session on refresh_token_family (session_id);
create index refresh_token_family_expires on refresh_token_family (expires_at);

-- Keys we sign with: the public half in clear, the private half encrypted with the master key.
create table signing_key (
    purpose        varchar(64)   not null,
    generation     integer       not null,
    key_id         varchar(64)   not null,
    public_part    text          not null,
    private_part   text          not null,
    created_at     bigint        not null,
    primary key (purpose, generation)
);

-- The durable maps of the cluster, written through.
create table cluster_record (
    map_name    varchar(64)   not null,
    record_key  varchar(255)  not null,
    record      text          not null,
    expires_at  bigint        not null,
    primary key (map_name, record_key)
);
create index cluster_record_expires on cluster_record (expires_at);
