-- Apps that have registered themselves, beside those of the configuration.
create table registered_client (
    id                varchar(64)   primary key,
    -- what was registered, as RFC 7591 names it; no secret
    metadata_json     text          not null,
    -- hashes; a client without a secret has an empty one
    secret_hash       varchar(64)   not null,
    secret_expires_at bigint        not null,
    token_hash        varchar(64)   not null,
    created_at        bigint        not null,
    updated_at        bigint        not null
);
